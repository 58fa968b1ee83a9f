#pragma once
#include "sim/network/network.hpp"

namespace gossamer {

/// The all-reduce method that an otherwise idle cluster uses for vectors of `payload` bytes on this network: the
/// algorithm that the network's block names, MPICH's rule, or, for `automatic`, the fastest by charged time.
///
/// If collectives are costed by formula, the result is that of `Network::all_reduce`. If they are played, each
/// algorithm is played once on the network in its state before the first message. All nodes begin at once. The play
/// ends when the algorithm is done, or slower than one that is done. A ring of n nodes plays 2 n (n − 1) messages, so
/// beyond 300 nodes formulas choose, unless a failed link leaves no formula. An algorithm that a failed link stops is
/// not chosen if another one is not stopped. Every process gets the same answer.
AllReduceMethod fastest_all_reduce(const Network& network, Collectives collectives, NodeId nodes, Bytes payload);

}  // namespace gossamer
