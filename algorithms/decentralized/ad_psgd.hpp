#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Asynchronous decentralized parallel SGD: each node computes gradients without a pause. During each gradient it
/// averages its model with that of a random neighbor.
///
///     computing:      x̂ ← x_i;  g ← ∇F_i(x̂; ξ);  m ← β m + g;  x_i ← x_i − η m
///     communicating:  x_i, x_j ← (x_i + x_j)/2 with a random neighbor j
///
/// Lian, Zhang, Zhang, Liu, "Asynchronous Decentralized Parallel Stochastic Gradient Descent", ICML 2018,
/// arXiv:1710.06952, Algorithm 1, with one averaging per gradient as in its analysis; momentum with the node's own
/// model, as in its experiments.
/// Unlike the paper, an averaging takes time. Hence both sides add increments, which keep the mean even if
/// averagings overlap. Any node answers at once, so no bipartite graph is needed to prevent deadlock. The protocol of
/// the authors' implementation, which needs a bipartite graph, is a setting: odd nodes initiate, even nodes only
/// answer. A node without neighbors computes SGD.
/// Cost    per gradient: one payload each way, for any degree.
/// Time    the exchange is in flight while the gradient is computed; a step lasts the longer of the two. No node waits
///         for a straggler; the straggler's gradients are taken at models that have changed since.
/// Faults  an averaging that is not answered is skipped. If only the answer was lost, the partner has averaged and
///         this node has not: the mean is not kept.
/// Errors  AlgorithmError if the protocol is bipartite and an edge joins two even or two odd nodes.
struct AdPsgd {
  enum class Protocol { everybody, bipartite };

  StepSize step_size = 0.1;  ///< η_k > 0
  double momentum = 0;       ///< β in [0, 1)
  Protocol protocol = Protocol::everybody;
};
Task ad_psgd(Node& node, AdPsgd settings);

}  // namespace gossamer
