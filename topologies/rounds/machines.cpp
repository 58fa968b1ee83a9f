#include "topologies/rounds/machines.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "topologies/graph.hpp"

namespace gossamer {
namespace {

/// ⌊log₂ x⌋ + 1 for x ≥ 1: the number of powers of two that are at most x.
NodeId powers_up_to(NodeId x) {
  NodeId count = 0;
  for (std::int64_t power = 1; power <= x; power *= 2) ++count;
  return count;
}

void check(const char* topology, NodeId machines, NodeId per_machine, NodeId least_per_machine, double neighbors) {
  if (machines < 2 || per_machine < least_per_machine)
    throw TopologyError{fmt::format("{}: needs at least 2 machines of at least {} nodes, got {} of {}", topology,
                                    least_per_machine, machines, per_machine)};
  const std::int64_t nodes = std::int64_t{machines} * per_machine;
  check_size(topology, nodes, 2, static_cast<double>(nodes) * neighbors);
}

/// (I + P)/2, where P moves the model of node i to node to(i).
template <class To>
Mixing permuted(NodeId nodes, const To& to) {
  std::vector<Eigen::Triplet<double, NodeId>> entries;
  for (NodeId i = 0; i < nodes; ++i) {
    entries.emplace_back(i, i, 0.5);
    entries.emplace_back(to(i), i, 0.5);
  }
  SparseMatrix result(nodes, nodes);
  result.setFromTriplets(entries.begin(), entries.end());
  return Mixing{std::move(result), {.connectivity = Connectivity::any}};
}

/// One round: node `out` of every machine sends to node `out` of the machine `outer` further. The other nodes of the
/// machine form a circle, and each sends to the node `inner` places further.
Mixing inner_outer_round(NodeId machines, NodeId per_machine, NodeId out, NodeId outer, NodeId inner) {
  return permuted(machines * per_machine, [=](NodeId i) {
    const NodeId machine = i / per_machine, local = i % per_machine;
    if (local == out) return (machine + outer) % machines * per_machine + local;
    const NodeId place = (local - out - 1 + per_machine) % per_machine;  // 0 … L − 2, counted from `out` on
    const NodeId next = (place + inner) % (per_machine - 1);
    return machine * per_machine + (out + 1 + next) % per_machine;
  });
}

}  // namespace

std::vector<Mixing> inner_outer_ring(NodeId machines, NodeId per_machine) {
  check("inner_outer_ring", machines, per_machine, 3, per_machine);
  std::vector<Mixing> rounds;
  for (NodeId k = 0; k < per_machine; ++k) rounds.push_back(inner_outer_round(machines, per_machine, k, 1, 1));
  return rounds;
}

std::vector<Mixing> inner_outer_exponential(NodeId machines, NodeId per_machine) {
  check("inner_outer_exponential", machines, per_machine, 3, 1);
  const std::int64_t outer = powers_up_to(machines - 1), inner = powers_up_to(per_machine - 2);
  const std::int64_t period = std::lcm(std::int64_t{per_machine}, std::lcm(outer, inner));
  check_size("inner_outer_exponential", std::int64_t{machines} * per_machine, 2,
             static_cast<double>(period) * machines * per_machine);
  std::vector<Mixing> rounds;
  for (std::int64_t k = 0; k < period; ++k)
    rounds.push_back(inner_outer_round(machines, per_machine, static_cast<NodeId>(k % per_machine),
                                       NodeId{1} << (k % outer), NodeId{1} << (k % inner)));
  return rounds;
}

std::vector<Mixing> machine_exponential(NodeId machines, NodeId per_machine) {
  check("machine_exponential", machines, per_machine, 1, 2.0 * per_machine * powers_up_to(machines));
  const double weight = 0.5 / per_machine;
  std::vector<Mixing> rounds;
  for (std::int64_t step = 1; step < machines; step *= 2) {
    std::vector<Eigen::Triplet<double, NodeId>> entries;
    for (NodeId from = 0; from < machines; ++from)
      for (const NodeId to : {from, static_cast<NodeId>((from + step) % machines)})
        for (NodeId l = 0; l < per_machine; ++l)
          for (NodeId m = 0; m < per_machine; ++m)
            entries.emplace_back(to * per_machine + l, from * per_machine + m, weight);
    SparseMatrix round(machines * per_machine, machines * per_machine);
    round.setFromTriplets(entries.begin(), entries.end());
    rounds.emplace_back(std::move(round), MixingPromise{.connectivity = Connectivity::any});
  }
  return rounds;
}

}  // namespace gossamer
