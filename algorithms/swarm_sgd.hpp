#pragma once
#include <memory>

#include "sim/node.hpp"

namespace gossamer {

/// SwarmSGD: local steps, then an averaging with one random neighbor; no rounds.
///
/// Nadiradze, Sabour, Davies, Li, Alistarh, "Asynchronous Decentralized SGD with Quantized and Local Updates",
/// NeurIPS 2021, arXiv:1910.12308. u_i is the change that node i's local steps made, x − u_i where they end.
///
///     nb1        non-blocking, the initiator alone applies its steps. The live copy y is what others meet:
///                base ← y_i;  u_i ← H steps from base;  y_i ← y_i + (y_j − y_i)/2 − u_i;   y_j ← y_j + (y_i − y_j)/2
///     nb2        non-blocking, symmetric; models are averaged as they were before the pending local steps:
///                x_i ← (x_i + x_j)/2 − u_i;   x_j ← (x_i + x_j)/2 − u_j
///     blocking   both finish their local steps first:  x_i, x_j ← ((x_i − u_i) + (x_j − u_j))/2
///     one_sided  the authors' MPI code, another algorithm: every step a node exposes its model; every H steps it reads
///                a random neighbor's,  x_i ← (x_i + x_j)/2,  and j does not change. The mean is kept in expectation.
///
/// nb1: a node initiates when its local steps are done, with a uniformly random neighbor that never stops computing.
/// nb2, blocking: pairs follow the random sequence that all nodes share (`Node::next_meeting`), as in the analysis; a
/// node takes H local steps for each of its meetings. Blocking, it waits until its partner has taken them, too; under
/// nb2 the models fly while the steps are computed. A node that has made the steps of the run answers at once until all
/// have made theirs. With exponential step times and geometric H a node initiates at the times of a Poisson process,
/// the analysis' clock.
/// A node without neighbors computes SGD.
/// Unlike the paper an interaction takes time, so both sides of nb1 add increments, which keep the mean whatever
/// overlaps.
/// Quantized, a model travels as its code, which the receiver decodes near its own model. The own term of an averaging
/// is the exact model, or what its own code says, as in some implementations; then both nodes average the same two
/// vectors, and the mean is kept but for their common error.
/// Cost    per interaction: one payload or code each way, whatever the degree, one_sided one alone; H gradients (nb1,
///         one_sided) or H on each side.
/// Time    nb1: the initiator waits for one answer, the partner for nothing; its steps land on a model that has moved.
/// Faults  an interaction that is not answered is skipped, its local steps are kept; where one direction alone was
///         lost, one side averages and the mean is not kept. Under nb2 and blocking a node that comes back goes through
///         the meetings that it has missed, at which nobody answers, and its neighbors wait for it: the time is lost to
///         all.
struct SwarmSgd {
  enum class Variant { nb1, nb2, blocking, one_sided };
  enum class Steps { fixed, geometric, geometric_from_zero };
  enum class OwnTerm { exact, quantized };

  double step_size = 0.1;  ///< η > 0
  int local_steps = 3;     ///< H ≥ 1, steps between two interactions
  Variant variant = Variant::nb1;
  Steps steps = Steps::fixed;  ///< H steps each time, or a geometric number with mean H on {1, 2, …} or {0, 1, …}
  double momentum = 0;         ///< β in [0, 1), heavy ball in the local steps, never averaged
  std::shared_ptr<const Codec> compressor = {};
  OwnTerm own_term = OwnTerm::exact;
};
Task swarm_sgd(Node& node, SwarmSgd settings);

}  // namespace gossamer
