#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The rounds of the Base-(k + 1) graph for k = `degree`. Their product is J for every n: a period averages exactly.
///
/// HyperHyperCube  if all prime factors of n are at most k + 1: n = f_1 ⋯ f_L with factors up to k + 1. In round l the
///                 nodes whose mixed-radix numbers differ in digit l alone form cliques of f_l nodes with weights
///                 1/f_l.
/// Simple Base     otherwise n = Σ_l a_l (k + 1)^{p_l}, digits to base k + 1: parts V_1, V_2, … of a_l (k + 1)^{p_l}
///                 nodes. Each part averages internally. Then V_1, V_2, … "donate" one after another: each node of the
///                 later parts is joined to one node of each of the a_l blocks of V_l. After this the mean of the later
///                 parts, and the mean of every block, is the mean of all nodes. Meanwhile the blocks of the parts
///                 before average internally.
/// Base            n = p q, where p is the largest divisor without prime factors above k + 1: p groups run Simple Base
///                 at the same time, and q transversals run HyperHyperCube; or Simple Base on all nodes, if that is
///                 shorter.
///
/// Some rounds commute, so a period averages exactly in several orders. Here models agree as early as possible.
/// HyperHyperCube takes its largest factors first; after l rounds (n/(f_1 ⋯ f_l) − 1)/(n − 1) of Γ is left for models
/// drawn independently. Rounds across groups are interleaved with rounds within them, so that the remaining Γ, summed
/// over the rounds of a period, is smallest. The paper instead takes the smallest factors first, and rounds across
/// groups last. All other rounds keep their order, which matters.
///
/// Every round is symmetric, non-negative and doubly stochastic, of degree at most k; there are at most
/// 2 log_{k+1} n + 2 of them. A single node has one round with W = 1.
/// Takezawa, Sato, Bao, Niwa, Yamada, "Beyond Exponential Graph: Communication-Efficient Topologies for Decentralized
/// Learning via Finite-time Convergence", NeurIPS 2023, arXiv:2305.11420, algorithms 1 to 3. Unlike the paper, nodes
/// of a donating part without a partner do nothing in the round; the product is the same.
/// Throws TopologyError if n < 1 or k < 1.
std::vector<Mixing> base_k(NodeId nodes, NodeId degree);

}  // namespace gossamer
