#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/mpi/mpi_session.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "sim/numerics/numbers_plane.hpp"
#include "sim/ranks/gathered_slots.hpp"
#include "sim/ranks/rank.hpp"

// All-reduces and all-gathers: played message by message, or by MPI itself.
namespace gossamer {

AllReduceMethod Rank::all_reduce_method(NodeId nodes, Bytes payload) {
  return setup_.all_reduce ? *setup_.all_reduce : setup_.network.all_reduce(nodes, payload).method;
}

/// The plane that averages; null without numerics.
DataPlane* Rank::plane_of(const AllReduceKind& kind) {
  if (kind.numbers == 0) return setup_.plane;
  std::shared_ptr<DataPlane>& plane = numbers_planes_[kind.numbers];
  if (!plane) plane = make_numbers_plane(kind.numbers);
  return plane.get();
}

/// MPI itself averages models over all nodes; all other all-reduces are played.
void Rank::join_all_reduce(WorldNode& node, const AllReduceKind& kind, NodeId ticket, AllReduced own) {
  if (setup_.faults && !setup_.faults->outages.empty())
    throw MpiError{"on real ranks an all-reduce needs every node, and here some may be down; run it in virtual time"};
  if (own.summary.function) own.numbers = setup_.plane->summarize(std::span{&own.summary, 1}).front();
  if (kind.gathers) return join_all_gather(node, kind, ticket, {own.model, kind.size, own.numbers[0]});
  const Params& x = own.model;
  const std::span<const std::byte> values = kind.numbers > 0 ? std::as_bytes(std::span{own.numbers})
                                            : x              ? setup_.plane->bytes(x)
                                                             : std::span<const std::byte>{};
  if (means_by_mpi_ && kind == AllReduceKind{}) return join_mean_by_mpi(node, ticket, values);
  const PlayedAllReduces::Play play = played().next(node.id(), kind);
  const auto over = played().join(node.id(), play, ticket, values);
  if (over) deliver_mean_bytes(node, kind, over->ticket, over->values);
}

void Rank::join_all_gather(const WorldNode& node, const AllReduceKind& kind, NodeId ticket, const Encoded& mine) {
  const PlayedAllReduces::Play play = played().next(node.id(), kind);
  const auto slots =
      gathered_slots(setup_.plane, mine, node.id() - played_->first(play.group), played_->nodes(play.group));
  if (const auto over = played_->join(node.id(), play, ticket, slots))
    deliver_gathered(this->node(node.id()), play, *over);
}

/// The nodes of this rank share the list. It is forgotten when all of them have it.
void Rank::deliver_gathered(WorldNode& node, PlayedAllReduces::Play play, const PlayedAllReduces::Over& over) {
  const auto [found, is_first] = gathered_.try_emplace(PlayedAllReduces::word_of(play));
  auto& [list, left] = found->second;
  const NodeId first = played_->first(play.group), nodes = played_->nodes(play.group);
  if (is_first) {
    list = gathered_of(setup_.plane, over.values, first, nodes, played_->kind(play.group).size);
    const NodeId end = first_ + static_cast<NodeId>(nodes_.size());
    left = std::min(first + nodes, end) - std::max(first, first_);
  }
  AllReduced result{.gathered = list};
  if (--left == 0) gathered_.erase(found);
  deliver_mean(node, over.ticket, std::move(result));
}

/// Counts the traffic of the chosen algorithm, when the last node of the rank has joined.
void Rank::join_mean_by_mpi(const WorldNode& node, NodeId ticket, std::span<const std::byte> values) {
  local(node).tickets.push_back(ticket);
  const NodeId workers = cluster_.workers();
  const AllReduceMethod method = all_reduce_method(workers, setup_.payload);
  for (std::int64_t begun = means_by_mpi_->join(index(node.id()), values); begun-- > 0;)
    for (WorldNode& charged : nodes_)
      if (!charged.is_server()) charge(charged, all_reduce_traffic(method, charged.id(), workers, setup_.payload));
}

PlayedAllReduces& Rank::played() {
  if (played_) return *played_;
  return played_.emplace(
      PlayedAllReduces::Setup{
          .workers = cluster_.workers(),
          .payload = setup_.payload,
          .header_bytes = sizeof(MessageHeader),
          .method = [this](NodeId nodes, Bytes payload) { return all_reduce_method(nodes, payload); },
          .plane = [this](const AllReduceKind& kind) { return kind.gathers ? nullptr : plane_of(kind); }},
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
  const PlayedAllReduces::Play play = PlayedAllReduces::play_of(part);
  const AllReduceKind kind = played().kind(play.group);
  const auto over = played().take(part, std::move(packet));
  if (over && kind.gathers) return deliver_gathered(node(part.to), play, *over);
  if (over) deliver_mean_bytes(node(part.to), kind, over->ticket, over->values);
}

void Rank::deliver_mean_bytes(WorldNode& node, const AllReduceKind& kind, NodeId ticket,
                              std::span<const std::byte> mean) {
  if (kind.numbers == 0)
    return deliver_mean(node, ticket, {.model = mean.empty() ? Params{} : setup_.plane->adopt(mean), .numbers = {}});
  std::vector<double> numbers(static_cast<std::size_t>(kind.numbers));
  std::memcpy(numbers.data(), mean.data(), mean.size());
  deliver_mean(node, ticket, {.model = {}, .numbers = std::move(numbers)});
}

}  // namespace gossamer
