#pragma once
#include <functional>

#include "sim/network/network.hpp"

namespace gossamer {

/// A link on which a message of s bytes takes α + s/B.
struct Link {
  Seconds latency{1e-3};      ///< α ≥ 0, before the first byte
  double bandwidth = 1.25e8;  ///< B > 0, bytes per second after it

  Seconds transmission(Bytes size) const { return Seconds{static_cast<double>(size) / bandwidth}; }
};

/// How long a message takes by its bytes, which a formula may cut into fractions.
using MessageTime = std::function<Seconds(double size)>;

/// The cost of an all-reduce of `size` bytes among `nodes` nodes by closed formula, free of contention.
///
/// Thakur, Rabenseifner, Gropp, "Optimization of Collective Communication Operations in MPICH", International Journal
/// of High Performance Computing Applications 19(1), 2005, without the cost of adding. A ring's chunks are N/n bytes
/// each, not rounded; where n is no power of two the surplus nodes hand their vector over before recursive doubling and
/// get the result back after it.
Network::Collective all_reduce_cost(AllReduce algorithm, const MessageTime& message_time, NodeId nodes, Bytes size);
Network::Collective all_reduce_cost(AllReduce algorithm, const Link& link, NodeId nodes, Bytes size);

}  // namespace gossamer
