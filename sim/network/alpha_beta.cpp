#include "sim/network/alpha_beta.hpp"

namespace gossamer {

Network::Collective AlphaBetaNetwork::all_reduce(NodeId nodes, Bytes size) const {
  const Paths& paths = initial_.paths();
  const Seconds overhead = initial_.processors().overhead();
  return costs_.cost(
      algorithm_, paths,
      [&](NodeId from, NodeId to, double bytes) {
        return 2 * overhead + paths.latency(from, to, bytes) + paths.transmission(from, to, bytes);
      },
      nodes, size);
}

}  // namespace gossamer
