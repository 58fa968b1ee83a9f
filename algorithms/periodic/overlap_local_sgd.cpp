#include "algorithms/periodic/overlap_local_sgd.hpp"

#include <optional>
#include <utility>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Task overlap_local_sgd(Node& node, OverlapLocalSgd settings) {
  const double alpha = settings.pullback, beta = settings.anchor_momentum;
  LocalRun local{node, settings.step_size, settings.momentum};
  HeavyBall anchor{beta};
  Params x = node.initial_params();
  Params z = x;
  std::optional<Pending> averaging;
  int steps = settings.averaging_period + (settings.longer_first_period ? 1 : 0);
  while (node.running()) {
    x = co_await local.from(std::move(x), steps);
    steps = settings.averaging_period;
    if (averaging) {
      const Params mean = co_await *averaging;
      z = beta == 0 ? mean : Params{z + anchor.update(mean - z)};
    }
    x = (1 - alpha) * x + alpha * z;
    if (node.running()) averaging = node.all_reduce_mean(x);
    node.report(x);
  }
}

AlgorithmEntry overlap_local_sgd_entry() {
  using Overlap = OverlapLocalSgd;
  return algorithm<Overlap>(
      "overlap_local_sgd", "local SGD whose all-reduces are in flight during the next steps (Wang et al. 2020)",
      overlap_local_sgd,
      {step_size<Overlap>(),
       averaging_period<Overlap>(),
       {{"pullback", &Overlap::pullback, from_until(0, 1), "α, how far models move to the anchor at a boundary"},
        {"anchor_momentum", &Overlap::anchor_momentum, from_until(0, 1), "momentum β of the anchor"}},
       momentum<Overlap>(),
       longer_first_period<Overlap>()},
      "Wang, Liang, Joshi, \"Overlap Local-SGD: An Algorithmic Approach to Hide Communication Delays in Distributed "
      "SGD\", ICASSP 2020, arXiv:2002.09539",
      {.cost = "H gradients; one all-reduce, in flight meanwhile",
       .vectors = 3,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
