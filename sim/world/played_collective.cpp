#include "sim/world/played_collective.hpp"

#include <utility>

#include "sim/network/collectives/collectives.hpp"

namespace gossamer {

/// Makes messages of the parts that a node sends.
class PlayedCollective::PartSender final : public CollectivePlay::Sender {
 public:
  PartSender(const PlayedCollective& collective, NodeId from, std::uint8_t turn)
      : collective_{collective}, from_{from}, turn_{turn} {}

  void send_part(const CollectivePlay::Part& part) override {
    Packet packet(collective_.setup_.header_bytes);
    append(packet, part.values);
    const Setup& setup = collective_.setup_;
    collective_.carrier_.carry_part({.content = {},
                                     .from = from_,
                                     .to = setup.first + part.to,
                                     .size = part.size,
                                     .next = static_cast<MessageId>(part.step),
                                     .request = static_cast<std::uint16_t>(setup.number << 8 | turn_),
                                     .kind = Message::Kind::part},
                                    std::move(packet));
  }

 private:
  const PlayedCollective& collective_;
  NodeId from_;
  std::uint8_t turn_;
};

PlayedCollective::Play& PlayedCollective::play(NodeId node, std::uint8_t turn) {
  Turn& all = turns_[turn];
  if (all.plays.empty()) all.plays.resize(static_cast<std::size_t>(setup_.group.nodes));
  const NodeId member = node - setup_.first;
  Play& play = all.plays[static_cast<std::size_t>(member)];
  if (play) return play;
  ++all.left;
  play.emplace(setup_.algorithm.schedule(member, setup_.group),
               CollectivePlay::Setup{
                   .node = member, .nodes = setup_.group.nodes, .payload = setup_.payload, .plane = setup_.plane});
  return play;
}

std::optional<Packet> PlayedCollective::join(NodeId node, std::uint8_t turn, std::span<const std::byte> values) {
  PartSender sender{*this, node, turn};
  Play& play = this->play(node, turn);
  play->join(values, sender);
  return result(node, turn);
}

std::optional<Packet> PlayedCollective::take(const Message& part, Packet packet) {
  const auto turn = static_cast<std::uint8_t>(part.request);
  PartSender sender{*this, part.to, turn};
  Play& play = this->play(part.to, turn);
  play->take({.from = part.from - setup_.first,
              .step = static_cast<std::int32_t>(part.next),
              .memory = std::move(packet),
              .begin = setup_.header_bytes},
             sender);
  return result(part.to, turn);
}

/// The result of a play that is over.
std::optional<Packet> PlayedCollective::result(NodeId node, std::uint8_t turn) {
  Turn& all = turns_[turn];
  Play& play = all.plays[static_cast<std::size_t>(node - setup_.first)];
  if (!play->over()) return std::nullopt;
  Packet values = play->take_result();
  play.reset();
  if (--all.left == 0) turns_.erase(turn);
  return values;
}

}  // namespace gossamer
