#pragma once
#include "sim/network/network.hpp"

namespace gossamer {

/// How a cluster that does nothing else averages vectors of `payload` bytes on this network: an algorithm, as its block
/// names it, by MPICH's rule, or, for `automatic`, the fastest by what is charged.
///
/// Where collectives go by formula, that is `Network::all_reduce`. Where they are played, each algorithm is played once
/// on the network as it is before the first message, all nodes beginning at once, until it is done or slower than one
/// that is. A ring of n nodes plays 2 n (n − 1) messages, so beyond 300 nodes formulas choose, unless a failed link
/// leaves none. An algorithm that a failed link stops is not chosen where another is not stopped. Every process that
/// asks gets the same answer.
AllReduceMethod fastest_all_reduce(const Network& network, Collectives collectives, NodeId nodes, Bytes payload);

}  // namespace gossamer
