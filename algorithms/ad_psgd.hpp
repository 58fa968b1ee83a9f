#pragma once
#include "sim/node.hpp"

namespace gossamer {

/// Asynchronous decentralized parallel SGD: each node computes gradients without a pause, and meanwhile averages its
/// model with a random neighbor's.
///
///     computing:      x̂ ← x_i;  g ← ∇F_i(x̂; ξ);  m ← β m + g;  x_i ← x_i − η m
///     communicating:  x_i, x_j ← (x_i + x_j)/2 with a random neighbor j
///
/// Lian, Zhang, Zhang, Liu, "Asynchronous Decentralized Parallel Stochastic Gradient Descent", ICML 2018,
/// arXiv:1710.06952, Algorithm 1, with one averaging per gradient as in its analysis; momentum with the node's own
/// model, as in its experiments.
/// Unlike the paper an averaging takes time, so both sides add increments, which keep the mean whatever overlaps; and
/// any node answers at once, so that no bipartite graph is needed against deadlock. The protocol of its implementation,
/// which needs one, is a setting: nodes of odd numbers are active and initiate, those of even numbers only answer.
/// A node without neighbors computes SGD.
/// Cost    per gradient: one payload each way, whatever the degree.
/// Time    the exchange flies while the gradient is computed; a step lasts the longer of the two. Nobody waits for a
///         straggler, whose gradients are taken at models that have moved since.
/// Faults  an averaging that is not answered is skipped. Where the answer alone was lost, the partner has moved and
///         this node has not: the mean is not kept.
/// Errors  AlgorithmError where the protocol is bipartite, and neighbors are both of even or both of odd number.
struct AdPsgd {
  enum class Protocol { everybody, bipartite };

  double step_size = 0.1;  ///< η > 0
  double momentum = 0;     ///< β in [0, 1)
  Protocol protocol = Protocol::everybody;
};
Task ad_psgd(Node& node, AdPsgd settings);

}  // namespace gossamer
