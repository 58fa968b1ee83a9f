#include "algorithms/periodic/muloco.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/periodic/diloco.hpp"

namespace gossamer {

Task muloco(Node& node, MuLoCo settings) {
  return diloco(node, {.step_size = settings.step_size,
                       .averaging_period = settings.averaging_period,
                       .outer = settings.outer,
                       .optimizer = settings.muon});
}

AlgorithmEntry muloco_entry() {
  using M = Muon::Settings;
  Field<M> beta{"momentum", &M::momentum, from_until(0, 1), "momentum β of Muon, kept by each node"};
  beta.setting.fallback = MuLoCo{}.muon.momentum;
  return algorithm<MuLoCo>(
      "muloco", "DiLoCo with Muon for the local steps (Thérien et al. 2025)", muloco,
      {step_size<MuLoCo>(),
       averaging_period<MuLoCo>(),
       outer_optimizer<MuLoCo>(),
       {{&MuLoCo::muon, std::move(beta)},
        {&MuLoCo::muon, {"weight_decay", &M::weight_decay, at_least(0), "weight decay λ of the weights of layers"}},
        {&MuLoCo::muon,
         {"adam_factor", &M::adam_factor, above(0), "step size of AdamW for all other parameters, as a part of η"}}}},
      "Thérien, Huang, Rish, Belilovsky, \"MuLoCo: Muon is a practical inner optimizer for DiLoCo\", 2025, "
      "arXiv:2505.23725",
      {.cost = "H gradients; one all-reduce",
       .vectors = 6,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
