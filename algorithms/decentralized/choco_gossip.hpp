#pragma once
#include <memory>

#include "sim/node.hpp"

namespace gossamer {

/// CHOCO-Gossip: average consensus by compressed differences to public copies.
///
///     q_i = Q(x_i − x̂_i);   x̂_j ← x̂_j + q_j for j = i and every neighbor;   x_i ← x_i + γ Σ_j w_ij (x̂_j − x̂_i)
///
/// Koloskova, Stich, Jaggi, "Decentralized Stochastic Optimization and Gossip Algorithms with Compressed
/// Communication", ICML 2019, arXiv:1902.00340, Algorithm 1, in the form that keeps only x̂_i and s_i = Σ_j w_ij x̂_j;
/// x̂ = 0 at first. The mean of the models is kept for every Q.
/// Shapes  W is fixed: s_i is a sum over rounds.
/// Cost    per round and node: one code sent to each neighbor; no gradient.
/// Time    a round lasts the longer of a step, which computes nothing, and a message.
/// Faults  a lost difference stays missing from the neighbor's copy, and so from s_i: the sum of all models then
///         changes by −γ w_ij q_j in this and every later round. Copies and mean drift.
struct ChocoGossip {
  double consensus_step = 1;  ///< γ in (0, 1]
  std::shared_ptr<const Codec> compressor = {};
};
Task choco_gossip(Node& node, ChocoGossip settings);

}  // namespace gossamer
