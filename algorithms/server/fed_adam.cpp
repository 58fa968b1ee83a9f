#include "algorithms/server/fed_adam.hpp"

#include <memory>

#include "algorithms/parts/constant_vector.hpp"
#include "algorithms/server/fed_opt_fields.hpp"

namespace gossamer {

Task fed_adam(Node& node, FedAdam settings) {
  if (!node.is_server()) return fed_opt_client(node, settings.rounds);
  const double start = settings.second_start.value_or(settings.adaptivity * settings.adaptivity);
  Adam adam{node,
            {.first_decay = settings.first_decay,
             .second_decay = settings.second_decay,
             .epsilon = settings.adaptivity,
             .bias_correction = false}};
  const auto step = [&node, start, eta = settings.server_step, adam](const Params& x, const Params& mean) mutable {
    Params& v = adam.states()[1];
    if (!v) v = node.apply(std::make_shared<const ConstantVector>(start), {x});
    return adam.step(x, eta, x - mean);
  };
  return fed_opt_server(node, settings.rounds, step);
}

AlgorithmEntry fed_adam_entry() {
  using S = FedAdam;
  return algorithm<S>(
      "fed_adam", "federated averaging with Adam's step at the server (Reddi et al. 2021)", fed_adam,
      {within(&S::rounds, step_size<FedOpt>()),
       within(&S::rounds, fed_opt_rounds()),
       {{"server_step", &S::server_step, above(0), "step size η_s of the server"},
        {"first_decay", &S::first_decay, from_until(0, 1), "decay β₁ of the first moment"},
        {"second_decay", &S::second_decay, from_until(0, 1), "decay β₂ of the second moment"},
        {"adaptivity", &S::adaptivity, above(0), "τ, which is added to the root of the second moment"},
        {"second_start", &S::second_start, at_least(0), "second moment v₋₁ at the start; τ² if it is not given"}}},
      "Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, \"Adaptive Federated Optimization\", ICLR 2021, "
      "arXiv:2003.00295",
      fed_opt_facts());
}

}  // namespace gossamer
