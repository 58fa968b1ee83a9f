#include "algorithms/periodic/local_adam.hpp"

#include <cstddef>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Task local_adam(Node& node, LocalAdam settings) {
  Params x = node.initial_params();
  Adam adam{node, settings.adam};
  while (node.running()) {
    const Params end = co_await steps_by(adam, node, settings.step_size, x, settings.averaging_period);
    x = co_await node.all_reduce_mean(end);
    if (settings.moments == LocalAdam::Moments::average)
      for (std::size_t k = 0; k < 2; ++k) adam.states()[k] = co_await adam.mean(k);
    if (settings.moments == LocalAdam::Moments::reset) adam.reset();
    node.report(x);
  }
}

AlgorithmEntry local_adam_entry() {
  using Moments = LocalAdam::Moments;
  return algorithm<LocalAdam>(
      "local_adam", "steps of AdamW, and averages of all models every H steps (Iacob et al. 2025)", local_adam,
      {step_size<LocalAdam>(),
       {{"averaging_period", &LocalAdam::averaging_period, at_least(1), "steps H between two averagings"},
        {"moments", &LocalAdam::moments,
         choices<Moments>({{"keep", Moments::keep}, {"average", Moments::average}, {"reset", Moments::reset}}),
         "what happens to both moments at an averaging"}},
       adam<LocalAdam>()},
      "Iacob et al., \"DES-LOC: Desynced Low Communication Adaptive Optimizers for Training Foundation Models\", ICLR "
      "2026, arXiv:2505.22549",
      {.cost = "H gradients; one all-reduce, or three with the moments",
       .vectors = 3,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
