#pragma once
#include <memory>

#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// SwarmSGD: local steps, then an averaging with one random neighbor. There are no rounds.
///
/// Nadiradze, Sabour, Davies, Li, Alistarh, "Asynchronous Decentralized SGD with Quantized and Local Updates",
/// NeurIPS 2021, arXiv:1910.12308. u_i is the change by node i's local steps; they end at x − u_i.
///
///     nb1        non-blocking, the initiator alone applies its steps. Others average with the live copy y:
///                base ← y_i;  u_i ← H steps from base;  y_i ← y_i + (y_j − y_i)/2 − u_i;   y_j ← y_j + (y_i − y_j)/2
///     nb2        non-blocking, symmetric; models are averaged as they were before the pending local steps:
///                x_i ← (x_i + x_j)/2 − u_i;   x_j ← (x_i + x_j)/2 − u_j
///     blocking   both finish their local steps first:  x_i, x_j ← ((x_i − u_i) + (x_j − u_j))/2
///     one_sided  the authors' MPI code, another algorithm: every step a node exposes its model; every H steps it reads
///                a random neighbor's,  x_i ← (x_i + x_j)/2,  and j does not change. The mean is kept in expectation.
///
/// nb1: a node initiates when its local steps are done. Its partner is a uniformly random neighbor, which does not stop
/// computing.
/// nb2, blocking: pairs follow the random sequence that all nodes share (`Node::next_meeting`), as in the analysis. A
/// node takes H local steps for each of its meetings. With blocking it waits until its partner has taken them, too.
/// With nb2 the models are in flight while the steps are computed. A node that has made its steps of the run answers at
/// once until all nodes have made theirs. With exponential step times and geometric H a node initiates at the times of
/// a Poisson process, as in the analysis.
/// A node without neighbors computes SGD.
/// Unlike the paper, an interaction takes time. Hence both sides of nb1 add increments, which keep the mean even if
/// interactions overlap.
/// With a compressor, a model is sent as its code, which the receiver decodes near its own model. The own term of an
/// averaging is the exact model, or its own decoded code, as in some implementations. In the second case both nodes
/// average the same two vectors, and the mean is kept except for their common error.
/// Cost    per interaction: one payload or code each way, for any degree; one_sided: one way only. H gradients (nb1,
///         one_sided), or H on each side.
/// Time    nb1: the initiator waits for one answer, the partner for nothing. The steps are applied to a model that may
///         have changed meanwhile.
/// Faults  an interaction that is not answered is skipped, and its local steps are kept. If only one direction was
///         lost, one side averages and the mean is not kept. Under nb2 and blocking, a restarted node goes through the
///         meetings that it has missed. No node answers at these meetings, and its neighbors wait for it: all lose
///         time.
struct SwarmSgd {
  enum class Variant { nb1, nb2, blocking, one_sided };
  enum class Steps { fixed, geometric, geometric_from_zero };
  enum class OwnTerm { exact, quantized };

  StepSize step_size = 0.1;  ///< η_k > 0
  int local_steps = 3;       ///< H ≥ 1, steps between two interactions
  Variant variant = Variant::nb1;
  Steps steps = Steps::fixed;  ///< H steps each time, or a geometric number with mean H on {1, 2, …} or {0, 1, …}
  double momentum = 0;         ///< β in [0, 1), heavy ball in the local steps, never averaged
  std::shared_ptr<const Codec> compressor = {};
  OwnTerm own_term = OwnTerm::exact;
};
Task swarm_sgd(Node& node, SwarmSgd settings);

}  // namespace gossamer
