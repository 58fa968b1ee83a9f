#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// STSyn: local steps until K workers have made U of them, and nobody stops before.
///
///     worker i   w = x;  again and again  w ← w − η ∇F_i(w; ξ);  after U steps "ready"
///     server     when K workers are ready, all stop: a step under way is given up, and every worker with at least one
///                finished step sends w;  x ← mean of these w, to all workers
///
/// Zhu, Zhang, Wang, "STSyn: Speeding Up Local SGD with Straggler-Tolerant Synchronization", IEEE Transactions on Signal
/// Processing 2024, arXiv:2210.03521. The workers that send have equal weights. Workers past U steps go on.
/// K = n at equal speeds is local SGD with H = U.
/// Cost    per round: at least K U gradients; one payload up from every worker with a step, one down to each; a few
///         messages without content.
/// Time    a round lasts as long as the K-th fastest worker's U steps, then three messages; no worker idles meanwhile.
/// Result  the server's model.
/// Faults  the server waits for workers that are up. A worker that begins anew, or has missed a model, requests it.
struct StSyn {
  StepSize step_size = 0.1;  ///< η_k > 0
  int ready = 2;             ///< K ≥ 1; all workers, if there are fewer
  int local_steps = 4;       ///< U ≥ 1
};
Task st_syn(Node& node, StSyn settings);

}  // namespace gossamer
