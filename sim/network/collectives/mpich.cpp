#include "sim/network/collectives/mpich.hpp"

#include "sim/network/collectives/schedules.hpp"

namespace gossamer::mpich {
namespace {

constexpr Bytes long_message = 524'288;

bool power_of_two(NodeId nodes) { return Group{.nodes = nodes}.power_of_two(); }

}  // namespace

bool halved_reduction(NodeId nodes, Bytes size) {
  constexpr Bytes short_message = 2048, parameter = 4;
  return size > short_message && size / parameter >= Group{.nodes = nodes}.core();
}
bool whole_reduction(NodeId nodes, Bytes size) { return !halved_reduction(nodes, size); }

bool tree_broadcast(NodeId nodes, Bytes size) {
  constexpr Bytes short_message = 12'288;
  constexpr NodeId few = 8;
  return size < short_message || nodes < few;
}
bool doubling_broadcast(NodeId nodes, Bytes size) {
  return !tree_broadcast(nodes, size) && size < long_message && power_of_two(nodes);
}
bool ring_broadcast(NodeId nodes, Bytes size) {
  return !tree_broadcast(nodes, size) && !doubling_broadcast(nodes, size);
}

bool doubling_gather(NodeId nodes, Bytes size) {
  constexpr Bytes short_message = 81'920;
  return size < (power_of_two(nodes) ? long_message : short_message);
}
bool ring_gather(NodeId nodes, Bytes size) { return !doubling_gather(nodes, size); }

bool halving_scatter(NodeId, Bytes size) { return size < long_message; }
bool ring_scatter(NodeId nodes, Bytes size) { return !halving_scatter(nodes, size); }

}  // namespace gossamer::mpich
