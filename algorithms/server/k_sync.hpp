#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// A parameter server that takes a step with K gradients at a time, x ← x − (η/K) Σ_{l ≤ K} g_l, in four ways:
///
///     K-sync         the first K workers; all others give up, and all start again from the new x
///     K-batch-sync   the first K minibatches from any worker: a worker that is done takes the next one at the same x;
///                    then all others give up
///     K-async        the first K workers, which wait for the new x; the others go on, so that their gradients are stale
///     K-batch-async  K minibatches from any worker; a worker always gets the present x at once, and nobody waits
///
/// Dutta, Joshi, Ghosh, Dube, Nagpurkar, "Slow and Stale Gradients Can Win the Race", AISTATS 2018, arXiv:1803.01113,
/// Section 2. K-sync with K = n is synchronous SGD, K-batch-async with K = 1 asynchronous SGD.
/// Cost    per server step: K gradients and what was given up; K payloads up; n, n, K and K payloads down.
/// Time    for n workers with exponential step times of mean 1/u, and no latency, a server step takes on average
///         (H_n − H_{n−K})/u, K/(n u), (H_n − H_{n−K})/u and K/(n u).
/// Result  the server's model.
/// Faults  as asynchronous SGD. The server waits for at most as many workers as are up.
struct KSync {
  StepSize step_size = 0.1;  ///< η_k > 0, where k counts the steps of the server
  int gradients = 4;         ///< K ≥ 1; in K-sync and K-async all workers, if there are fewer
};
Task k_sync(Node& node, KSync settings);
Task k_batch_sync(Node& node, KSync settings);
Task k_async(Node& node, KSync settings);
Task k_batch_async(Node& node, KSync settings);

}  // namespace gossamer
