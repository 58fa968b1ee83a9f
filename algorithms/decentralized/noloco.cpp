#include "algorithms/decentralized/noloco.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Task noloco(Node& node, NoLoCo settings) {
  const double a = settings.outer_step_size, c = settings.consensus.value_or(a);
  const auto optimizer = settings.optimizer.start(node);
  HeavyBall outer{settings.outer_momentum};
  Params phi = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params x = co_await steps_by(*optimizer, node, settings.step_size, phi, settings.local_steps);
    Averaging averaging{node, k, c == a ? x : Params{x + (c / a - 1) * phi}};
    phi = phi + outer.update(a * co_await averaging.sum() - c * phi);
    node.report(phi);
  }
}

AlgorithmEntry noloco_entry() {
  using enum Need::What;
  return algorithm<NoLoCo>(
      "noloco", "DiLoCo whose outer steps average within small groups (Kolehmainen et al. 2025)", noloco,
      {step_size<NoLoCo>(),
       {{"local_steps", &NoLoCo::local_steps, at_least(1), "steps H in a round"},
        {"outer_step_size", &NoLoCo::outer_step_size, above(0), "step size a of the outer optimizer"},
        {"outer_momentum", &NoLoCo::outer_momentum, from_until(0, 1), "momentum b of the outer optimizer"},
        {"consensus", &NoLoCo::consensus, at_least(0),
         "weight of the way to the group's mean; if not given, outer_step_size"}},
       optimizer<NoLoCo>()},
      "Kolehmainen, Blagoev, Donaghy, Ersoy, Nies, \"NoLoCo: No-all-reduce Low Communication Training Method for Large "
      "Models\", 2025, arXiv:2506.10911",
      {.cost = "H gradients; one payload to each node of the group", .vectors = 2, .needs = {{aperiodic}}});
}

}  // namespace gossamer
