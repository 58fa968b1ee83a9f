#include "algorithms/periodic/sparse_loco.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/gathered_codes.hpp"
#include "algorithms/parts/local_run.hpp"
#include "sim/compression/chunk_top_k.hpp"

namespace gossamer {

Task sparse_loco(Node& node, SparseLoco settings) {
  const ChunkTopK::Settings code{.k = settings.k, .chunk = settings.chunk};
  GatheredCodes codes{node, std::make_shared<const ChunkTopK>(code),
                      settings.over_senders ? mean_over_senders : mean_of};
  const auto optimizer = settings.optimizer.start(node);
  Params x = node.initial_params();
  const auto outer = settings.outer.start(node);
  Params e;
  while (node.running()) {
    const Params end = co_await steps_by(*optimizer, node, settings.step_size, x, settings.averaging_period);
    e = e ? Params{settings.decay * e + (x - end)} : Params{x - end};
    const Params mean = co_await codes.of(e);
    e = e - codes.own();
    x = outer->step(x, mean);
    node.report(x);
  }
}

AlgorithmEntry sparse_loco_entry() {
  return algorithm<SparseLoco>(
      "sparse_loco", "local steps, then a step along sparse pseudo-gradients with error feedback (Sarfi et al. 2025)",
      sparse_loco,
      {step_size<SparseLoco>(),
       {{"averaging_period", &SparseLoco::averaging_period, at_least(1), "steps H of a round"},
        {"outer_optimizer", &SparseLoco::outer, "of the step along the mean of the sparse ways"},
        {"decay", &SparseLoco::decay, between(0, 1), "decay γ of the error"},
        {"chunk", &SparseLoco::chunk, at_least(1), "coordinates of a chunk"},
        {"k", &SparseLoco::k, at_least(1), "coordinates of a chunk that are sent, at most all"},
        {"over_senders", &SparseLoco::over_senders,
         "whether a mean is over the nodes that sent a coordinate, and not over all"}},
       optimizer<SparseLoco>()},
      "Sarfi, Thérien, Lidin, Belilovsky, \"Communication Efficient LLM Pre-training with SparseLoCo\", 2025, "
      "arXiv:2508.15706",
      {.cost = "H gradients; an all-gather of k coordinates of each chunk",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
