#include <utility>

#include "sim/mpi/mpi_session.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "sim/ranks/rank.hpp"

// All-reduces of all nodes: played message by message, or by MPI itself.
namespace gossamer {

/// Puts the parts of an all-reduce into the network.
class Rank::PartSender final : public CollectivePlay::Sender {
 public:
  PartSender(Rank& rank, NodeId from, std::uint8_t turn) : rank_{rank}, from_{from}, turn_{turn} {}

  void send_part(const CollectivePlay::Part& part) override {
    rank_.count_sent(rank_.node(from_), part.size);
    const MessageId id = rank_.messages_.add({.content = {},
                                              .from = from_,
                                              .to = part.to,
                                              .size = part.size,
                                              .next = static_cast<MessageId>(part.step),
                                              .kind = Message::Kind::part,
                                              .turn = turn_});
    rank_.wire(id).packet = packet_with_header(part.values);
    rank_.depart(id);
  }

 private:
  Rank& rank_;
  NodeId from_;
  std::uint8_t turn_;
};

const AllReduceMethod& Rank::all_reduce_method() {
  if (!all_reduce_method_) all_reduce_method_ = setup_.network.all_reduce(blocks_.nodes, setup_.payload).method;
  return *all_reduce_method_;
}

CollectivePlay& Rank::play(const WorldNode& node, std::uint8_t turn) {
  auto& play = local(node).plays[turn];
  if (play) return *play;
  const AllReduceMethod& method = all_reduce_method();
  const Group group{.nodes = blocks_.nodes, .shards = method.shards};
  return play.emplace(algorithm_of(method.algorithm).schedule(node.id(), group),
                      CollectivePlay::Setup{
                          .node = node.id(), .nodes = blocks_.nodes, .payload = setup_.payload, .plane = setup_.plane});
}

void Rank::join_all_reduce(WorldNode& node, const Params& x) {
  if (setup_.faults && !setup_.faults->outages.empty())
    throw MpiError{"on real ranks an all-reduce needs every node, and here some may be down; run it in virtual time"};
  const std::span<const std::byte> values = x ? setup_.plane->bytes(x) : std::span<const std::byte>{};
  if (mpi_all_reduce_) return join_mpi_all_reduce(local(node).all_reduces++, values);
  const std::uint8_t turn = std::exchange(node.turn, node.turn ^ 1);
  PartSender sender{*this, node.id(), turn};
  play(node, turn).join(values, sender);
  end_all_reduce(node, turn);
}

/// All-reduces by MPI itself count the traffic of the chosen algorithm, when the last node of the rank has joined.
void Rank::join_mpi_all_reduce(std::int64_t number, std::span<const std::byte> values) {
  const std::int64_t before = mpi_all_reduce_->begun();
  mpi_all_reduce_->join(number, values);
  for (std::int64_t begun = before; begun < mpi_all_reduce_->begun(); ++begun)
    for (WorldNode& node : nodes_)
      charge(node, all_reduce_traffic(all_reduce_method(), node.id(), blocks_.nodes, setup_.payload));
}

/// Takes a part of the node's present all-reduce, or of the next one. In the latter case the part only waits.
void Rank::take_part(MessageId id) {
  Packet packet = std::move(wire(id).packet);
  const Message part = messages_.take(id);
  const std::size_t size = values_of(packet).size();
  PartSender sender{*this, part.to, part.turn};
  play(node(part.to), part.turn)
      .take({.from = part.from,
             .step = static_cast<std::int32_t>(part.next),
             .memory = std::move(packet),
             .begin = sizeof(MessageHeader),
             .size = size},
            sender);
  end_all_reduce(node(part.to), part.turn);
}

void Rank::end_all_reduce(WorldNode& node, std::uint8_t turn) {
  auto& play = local(node).plays[turn];
  if (!play->over()) return;
  const CollectivePlay over = std::move(*play);
  play.reset();
  hand_out(node, over.result());
}

void Rank::hand_out(WorldNode& node, std::span<const std::byte> mean) {
  if (!mean.empty()) node.mean = setup_.plane->adopt(mean);
  node.all_reduce_stage = Stage::ready;
  wake(node, Wait::all_reduce, node.id());
}

}  // namespace gossamer
