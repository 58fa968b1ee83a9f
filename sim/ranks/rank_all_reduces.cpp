#include <utility>

#include "sim/mpi/mpi_session.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "sim/ranks/rank.hpp"

// All-reduces of all nodes: played message by message, or by MPI itself.
namespace gossamer {

const AllReduceMethod& Rank::all_reduce_method() {
  if (!all_reduce_method_) all_reduce_method_ = setup_.network.all_reduce(blocks_.nodes, setup_.payload).method;
  return *all_reduce_method_;
}

/// All-reduces by MPI itself count the traffic of the chosen algorithm, when the last node of the rank has joined.
void Rank::join_all_reduce(WorldNode& node, const Params& x) {
  if (setup_.faults && !setup_.faults->outages.empty())
    throw MpiError{"on real ranks an all-reduce needs every node, and here some may be down; run it in virtual time"};
  const std::span<const std::byte> values = x ? setup_.plane->bytes(x) : std::span<const std::byte>{};
  if (!means_by_mpi_) {
    std::uint8_t& turn = extras(node).turn;
    const auto mean = played().join(node.id(), std::exchange(turn, turn ^ 1), values);
    return mean ? deliver_mean_bytes(node, *mean) : void();
  }
  for (std::int64_t begun = means_by_mpi_->join(index(node.id()), values); begun-- > 0;)
    for (WorldNode& charged : nodes_)
      charge(charged, all_reduce_traffic(all_reduce_method(), charged.id(), blocks_.nodes, setup_.payload));
}

PlayedCollective& Rank::played() {
  if (played_) return *played_;
  const AllReduceMethod& method = all_reduce_method();
  return played_.emplace(PlayedCollective::Setup{.algorithm = algorithm_of(method.algorithm),
                                                 .group = {.nodes = blocks_.nodes, .shards = method.shards},
                                                 .payload = setup_.payload,
                                                 .plane = setup_.plane,
                                                 .header_bytes = sizeof(MessageHeader)},
                         *this);
}

void Rank::carry_part(Message part, Packet packet) {
  count_sent(node(part.from), 1, part.size);
  const MessageId id = messages_.add(std::move(part));
  transit(id).packet = std::move(packet);
  depart(id);
}

/// A part of the next all-reduce may come before the node has joined it.
void Rank::receive_part(MessageId id) {
  Packet packet = std::move(transit(id).packet);
  const Message part = messages_.take(id);
  const auto mean = played().take(part, std::move(packet));
  if (mean) deliver_mean_bytes(node(part.to), *mean);
}

void Rank::deliver_mean_bytes(WorldNode& node, std::span<const std::byte> mean) {
  deliver_mean(node, mean.empty() ? Params{} : setup_.plane->adopt(mean));
}

}  // namespace gossamer
