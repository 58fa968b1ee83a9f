#include "algorithms/periodic/proxskip.hpp"

#include <cstdint>

#include "algorithms/entry.hpp"
#include "algorithms/parts/corrected_steps.hpp"

namespace gossamer {

Task proxskip(Node& node, ProxSkip settings) {
  const double p = 1.0 / settings.averaging_period;
  Params x = node.initial_params();
  Params correction = 0.0 * x;  // −h
  for (std::uint64_t t = 0; node.running(); ++t) {
    const double eta = settings.step_size.at(node.steps());
    x = co_await corrected_steps(node, x, 1, eta, correction);
    if (node.common_draws(Purpose::coin, t).uniform() < p) {
      const Params ahead = x;
      x = co_await node.all_reduce_mean(ahead);
      correction = correction + (p / eta) * (ahead - x);
    }
    node.report(x);
  }
}

AlgorithmEntry proxskip_entry() {
  return algorithm<ProxSkip>(
      "proxskip", "corrected local steps, averaged at random times: exact for every H (Mishchenko et al. 2022)",
      proxskip, {step_size<ProxSkip>(), averaging_period<ProxSkip>("mean number H of steps between two averagings")},
      "Mishchenko, Malinovsky, Stich, Richtárik, \"ProxSkip: Yes! Local Gradient Steps Provably Lead to Communication "
      "Acceleration! Finally!\", ICML 2022, arXiv:2202.09357",
      {.cost = "one gradient; one all-reduce every H steps on average",
       .vectors = 2,
       .all_reduces = true,
       .exact = true,
       .exact_locally = true,
       .sums = {},
       .stochastic = false,
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
