#pragma once
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The rounds of the Base-(k + 1) graph for k = `degree`, whose product is J for every n: a period averages exactly.
///
/// HyperHyperCube  where all prime factors of n are at most k + 1: n = f_1 ⋯ f_L with factors up to k + 1; in round l
///                 the nodes whose mixed-radix numbers differ in digit l alone form cliques of f_l nodes, weights
///                 1/f_l.
/// Simple Base     else n = Σ_l a_l (k + 1)^{p_l}, digits to base k + 1: parts V_1, V_2, … of a_l (k + 1)^{p_l} nodes.
///                 All average within themselves; then V_1, V_2, … "donate" one after another: each node of later parts
///                 is joined to one node of each of the a_l blocks of V_l, so that the remaining parts and every block
///                 have the mean of all as their own; meanwhile the blocks of the parts before average within.
/// Base            n = p q, p the largest divisor without prime factors above k + 1: p groups run Simple Base side by
///                 side, and q transversals their HyperHyperCube; or Simple Base on all, where that is shorter.
///
/// Some rounds commute, so that a period averages exactly in several orders. Here models agree as early as they can:
/// HyperHyperCube takes its largest factors first, after which (n/(f_1 ⋯ f_l) − 1)/(n − 1) of Γ is left of models drawn
/// independently; rounds across groups are interleaved with those within them, so that what is left of Γ, summed over
/// the rounds of a period, is least. Unlike in the paper, which takes the smallest factors first, and rounds across
/// groups last. All other rounds keep their order, which matters.
///
/// Every round is symmetric, non-negative and doubly stochastic, of degree at most k; there are at most
/// 2 log_{k+1} n + 2. A single node has one round, in which nothing happens.
/// Takezawa, Sato, Bao, Niwa, Yamada, "Beyond Exponential Graph: Communication-Efficient Topologies for Decentralized
/// Learning via Finite-time Convergence", NeurIPS 2023, arXiv:2305.11420, algorithms 1 to 3. Unlike in the paper, nodes
/// of a donating part that nobody asks rest for the round; the product is the same.
/// Throws TopologyError where n < 1 or k < 1.
std::vector<Mixing> base_k(NodeId nodes, NodeId degree);

}  // namespace gossamer
