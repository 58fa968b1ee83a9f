#include "algorithms/decentralized/gasloc.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Task gasloc(Node& node, Gasloc settings) {
  const double gamma = settings.acceleration;
  const auto optimizer = settings.optimizer.start(node);
  Params x = node.initial_params();
  Params y = x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = y;
    const Params end = co_await steps_by(*optimizer, node, settings.step_size, x, settings.local_steps);
    y = x + settings.outer_step_size * (end - x);
    if (settings.mix == Gasloc::Mix::all) {
      Averaging averaging{node, k, y + gamma * (y - before)};
      x = co_await averaging.sum();
    } else {
      Averaging averaging{node, k, y};
      x = co_await averaging.sum() + gamma * (y - before);
    }
    node.report(x);
  }
}

AlgorithmEntry gasloc_entry() {
  using enum Need::What;
  using Mix = Gasloc::Mix;
  return algorithm<Gasloc>(
      "gasloc", "local steps, an outer step with momentum, gossip on a sparse graph (Cagnasso et al. 2026)", gasloc,
      {step_size<Gasloc>(),
       {{"local_steps", &Gasloc::local_steps, at_least(1), "steps H in a round"},
        {"outer_step_size", &Gasloc::outer_step_size, above(0), "step size of the outer optimizer"},
        {"acceleration", &Gasloc::acceleration, from_until(0, 1), "momentum γ, which speeds up gossip, too"},
        {"mix", &Gasloc::mix, choices<Mix>({{"plain", Mix::plain}, {"all", Mix::all}}),
         "what gossip mixes: the models after the outer step, or with their momentum"}},
       optimizer<Gasloc>()},
      "Cagnasso, Belilovsky, Oyallon, 2026, arXiv:2606.11081",
      {.cost = one_payload, .vectors = 2, .needs = {{aperiodic}}});
}

}  // namespace gossamer
