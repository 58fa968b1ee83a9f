#include "algorithms/periodic/des_loc.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "algorithms/entry.hpp"
#include "sim/numerics/functions/norm_clipping.hpp"

namespace gossamer {

Task des_loc(Node& node, DesLoc settings) {
  Params x = node.initial_params();
  Adam adam{node, settings.adam};
  const auto clipping = std::make_shared<const NormClipping>(settings.clip.value_or(1));
  const std::array<int, 2> moment_periods{settings.first_moment_period, settings.second_moment_period};
  for (std::uint64_t t = 1; node.running(); ++t) {
    const auto is_due = [t](int period) { return t % static_cast<std::uint64_t>(period) == 0; };
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = adam.step(x, eta, settings.clip ? node.apply(clipping, {g}) : g);
    if (is_due(settings.model_period)) x = co_await node.all_reduce_mean(x);
    for (std::size_t k = 0; k < moment_periods.size(); ++k)
      if (is_due(moment_periods[k])) adam.states()[k] = co_await adam.mean(k);
    node.report(x);
  }
}

AlgorithmEntry des_loc_entry() {
  return algorithm<DesLoc>(
      "des_loc", "steps of Adam, where models and moments are averaged with periods of their own (Iacob et al. 2025)",
      des_loc,
      {step_size<DesLoc>(),
       {{"model_period", &DesLoc::model_period, at_least(1), "steps between two averagings of models"},
        {"first_moment_period", &DesLoc::first_moment_period, at_least(1), "steps between two averagings of u"},
        {"second_moment_period", &DesLoc::second_moment_period, at_least(1), "steps between two averagings of v"},
        {"clip", &DesLoc::clip, above(0), "largest norm ρ of a gradient, which is scaled down to it"}},
       adam<DesLoc>()},
      "Iacob et al., \"DES-LOC: Desynced Low Communication Adaptive Optimizers for Training Foundation Models\", ICLR "
      "2026, arXiv:2505.22549",
      {.cost = "one gradient; one all-reduce in each period of models, u and v",
       .vectors = 3,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"model_period"}});
}

}  // namespace gossamer
