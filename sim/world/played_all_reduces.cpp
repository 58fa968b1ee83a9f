#include "sim/world/played_all_reduces.hpp"

#include <algorithm>
#include <utility>

#include "sim/ground/input_error.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {

std::uint8_t PlayedAllReduces::group_of(NodeId node, const AllReduceKind& kind) {
  constexpr std::size_t most = 256;
  const Members members = members_of(node, kind.group, setup_.workers);
  const auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
    return group.kind == kind && group.first == members.first;
  });
  if (found != groups_.end()) return static_cast<std::uint8_t>(found - groups_.begin());
  if (groups_.size() == most)
    throw InputError{"a run can play all-reduces in at most 256 groups; use \"collectives\": \"formula\""};
  const Bytes payload = bytes_of(kind, setup_.payload, members.count);
  const AllReduceMethod method = kind.gathers ? AllReduceMethod{} : setup_.method(members.count, payload);
  groups_.push_back(
      {.kind = kind,
       .method = method,
       .first = members.first,
       .nodes = members.count,
       .collective = PlayedCollective{{.algorithm = kind.gathers ? ring_all_gather() : algorithm_of(method.algorithm),
                                       .group = {.nodes = members.count, .shards = method.shards},
                                       .first = members.first,
                                       .number = static_cast<std::uint8_t>(groups_.size()),
                                       .payload = payload,
                                       .plane = setup_.plane(kind),
                                       .header_bytes = setup_.header_bytes},
                                      carrier_},
       .turns = std::vector<std::uint8_t>(static_cast<std::size_t>(members.count)),
       .started = std::vector<std::vector<Started>>(static_cast<std::size_t>(members.count))});
  return static_cast<std::uint8_t>(groups_.size() - 1);
}

PlayedAllReduces::Play PlayedAllReduces::next(NodeId node, const AllReduceKind& kind) {
  const std::uint8_t number = group_of(node, kind);
  Group& group = groups_[number];
  return {number, group.turns[static_cast<std::size_t>(node - group.first)]++};
}

std::optional<PlayedAllReduces::Over> PlayedAllReduces::join(NodeId node, Play play, NodeId ticket,
                                                             std::span<const std::byte> values) {
  Group& group = groups_[play.group];
  group.started[static_cast<std::size_t>(node - group.first)].push_back({play.turn, ticket});
  return over(play.group, node, play.turn, group.collective.join(node, play.turn, values));
}

std::optional<PlayedAllReduces::Over> PlayedAllReduces::take(const Message& part, Packet packet) {
  const Play play = play_of(part);
  return over(play.group, part.to, play.turn, groups_[play.group].collective.take(part, std::move(packet)));
}

std::optional<PlayedAllReduces::Over> PlayedAllReduces::over(std::uint8_t group, NodeId node, std::uint8_t turn,
                                                             std::optional<Packet> values) {
  if (!values) return std::nullopt;
  std::vector<Started>& started = groups_[group].started[static_cast<std::size_t>(node - groups_[group].first)];
  const auto found =
      std::find_if(started.begin(), started.end(), [turn](const Started& one) { return one.turn == turn; });
  const NodeId ticket = found->ticket;
  started.erase(found);
  return Over{ticket, std::move(*values)};
}

}  // namespace gossamer
