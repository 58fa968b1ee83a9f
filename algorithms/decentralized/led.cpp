#include "algorithms/decentralized/led.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"
#include "algorithms/parts/corrected_steps.hpp"

namespace gossamer {

Task led(Node& node, Led settings) {
  const int steps = settings.local_steps;
  Params x = node.initial_params();
  Params y = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params phi = co_await corrected_steps(node, x, steps, eta, 1 / (steps * eta) * y);
    Averaging averaging{node, k, phi};
    x = 0.5 * phi + 0.5 * co_await averaging.sum();
    y = y + (phi - x);
    node.report(x);
  }
}

AlgorithmEntry led_entry() {
  using enum Need::What;
  return algorithm<Led>("led", "exact diffusion with local steps: exact for every number of them (Alghunaim 2024)", led,
                        {step_size<Led>(), {{"local_steps", &Led::local_steps, at_least(1), "steps H in a round"}}},
                        "Alghunaim, \"Local Exact-Diffusion for Decentralized Optimization and Learning\", IEEE "
                        "Transactions on Automatic "
                        "Control, 2024, arXiv:2302.00620",
                        {.cost = one_payload,
                         .vectors = 2,
                         .exact = true,
                         .exact_locally = true,
                         .needs = {{fixed}, {symmetric}},
                         .stochastic = false});
}

}  // namespace gossamer
