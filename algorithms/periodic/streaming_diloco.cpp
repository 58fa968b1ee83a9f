#include "algorithms/periodic/streaming_diloco.hpp"

#include <optional>
#include <string>

#include "algorithms/error.hpp"
#include "algorithms/parts/fragment_fields.hpp"

namespace gossamer {
namespace {

void check(const StreamingDiLoCo& settings) {
  const int h = settings.averaging_period, p = settings.fragments;
  if (h % p != 0)
    throw AlgorithmError{"streaming_diloco: " + std::to_string(p) + " fragments do not divide a period of " +
                         std::to_string(h) + " steps"};
  if (settings.overlap >= h / p)
    throw AlgorithmError{"streaming_diloco: an overlap of " + std::to_string(settings.overlap) +
                         " steps is not less than the " + std::to_string(h / p) + " steps from fragment to fragment"};
}

}  // namespace

Task streaming_diloco(Node& node, StreamingDiLoCo settings) {
  check(settings);
  const auto unit = static_cast<std::uint64_t>(settings.averaging_period / settings.fragments);
  const auto tau = static_cast<std::uint64_t>(settings.overlap);
  const std::uint64_t lead = settings.boundary == StreamingDiLoCo::Boundary::merge ? tau : 0;
  const double alpha = settings.mixing;
  const Fragments fragments{node, settings.fragments, settings.cut};
  FragmentOptimizer outer{node, fragments, settings.outer};
  const auto optimizer = settings.optimizer.start(node);
  Params x = node.initial_params();
  Params anchor = x;
  int p = 0;
  std::optional<Pending> averaging;
  for (std::uint64_t t = 1; node.running(); ++t) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = optimizer->step(x, eta, g);
    const std::uint64_t phase = (t + lead) % unit;
    if (phase == 0 && (tau == 0 || node.running())) {
      const Encoded sent{x, fragments.size(p)};
      averaging = node.all_reduce_mean(sent);
    }
    if (averaging && phase == tau) {
      const Params mean = co_await *averaging;
      averaging.reset();
      anchor = outer.step(p, anchor, anchor - mean);
      const Params merged = alpha == 0 ? anchor : Params{alpha * x + (1 - alpha) * anchor};
      x = fragments.choose(p, merged, x);
      p = (p + 1) % settings.fragments;
    }
    node.report(settings.result == StreamingDiLoCo::Result::anchor ? anchor : x);
  }
}

AlgorithmEntry streaming_diloco_entry() {
  using S = StreamingDiLoCo;
  return algorithm<S>(
      "streaming_diloco", "DiLoCo by fragments, whose means are in flight during local steps (Douillard et al. 2025)",
      streaming_diloco,
      {step_size<S>(),
       averaging_period<S>("steps H between two synchronizations of a fragment, a multiple of P"),
       fragment_settings<S>(),
       {{"overlap", &S::overlap, at_least(0), "τ < H/P, steps during which a fragment's mean is in flight"},
        {"mixing", &S::mixing, between(0, 1), "α, share of the node's own model when the mean is merged"},
        {"boundary", &S::boundary, choices<S::Boundary>({{"merge", S::Boundary::merge}, {"send", S::Boundary::send}}),
         "at multiples of H/P steps a mean is merged, or it starts"}},
       outer_optimizer<S>(),
       {{"result", &S::result, choices<S::Result>({{"anchor", S::Result::anchor}, {"model", S::Result::model}}),
         "the anchor is recorded, which is the same on every node, or the node's own model"}},
       optimizer<S>()},
      "Douillard et al., \"Streaming DiLoCo with overlapping communication: Towards a Distributed Free Lunch\", 2025, "
      "arXiv:2501.18512",
      {.cost = "H gradients; an all-reduce of each of P fragments",
       .vectors = 4,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
