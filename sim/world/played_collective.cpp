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
    collective_.carrier_.carry_part({.content = {},
                                     .from = from_,
                                     .to = part.to,
                                     .size = part.size,
                                     .next = static_cast<MessageId>(part.step),
                                     .kind = Message::Kind::part,
                                     .odd = turn_ == 1},
                                    std::move(packet));
  }

 private:
  const PlayedCollective& collective_;
  NodeId from_;
  std::uint8_t turn_;
};

PlayedCollective::Play& PlayedCollective::play(NodeId node, std::uint8_t turn) {
  std::vector<Play>& plays = plays_[turn];
  if (plays.empty()) plays.resize(static_cast<std::size_t>(setup_.group.nodes));
  Play& play = plays[static_cast<std::size_t>(node)];
  if (!play)
    play.emplace(setup_.algorithm.schedule(node, setup_.group),
                 CollectivePlay::Setup{
                     .node = node, .nodes = setup_.group.nodes, .payload = setup_.payload, .plane = setup_.plane});
  return play;
}

std::optional<Packet> PlayedCollective::join(NodeId node, std::uint8_t turn, std::span<const std::byte> values) {
  PartSender sender{*this, node, turn};
  Play& play = this->play(node, turn);
  play->join(values, sender);
  return result(play);
}

std::optional<Packet> PlayedCollective::take(const Message& part, Packet packet) {
  PartSender sender{*this, part.to, part.odd};
  Play& play = this->play(part.to, part.odd);
  play->take({.from = part.from,
              .step = static_cast<std::int32_t>(part.next),
              .memory = std::move(packet),
              .begin = setup_.header_bytes},
             sender);
  return result(play);
}

/// The result of a play that is over, which makes room for the node's next.
std::optional<Packet> PlayedCollective::result(Play& play) {
  if (!play->over()) return std::nullopt;
  Packet values = play->take_result();
  play.reset();
  return values;
}

}  // namespace gossamer
