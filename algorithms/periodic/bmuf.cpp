#include "algorithms/periodic/bmuf.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/periodic/diloco.hpp"

namespace gossamer {

Task bmuf(Node& node, Bmuf settings) {
  return diloco(node, {.step_size = settings.step_size,
                       .averaging_period = settings.averaging_period,
                       .outer = OuterStep{.step_size = settings.block_step_size,
                                          .momentum = settings.block_momentum,
                                          .nesterov = settings.nesterov},
                       .optimizer = settings.optimizer});
}

AlgorithmEntry bmuf_entry() {
  return algorithm<Bmuf>(
      "bmuf", "local SGD whose averages are filtered by block momentum (Chen, Huo 2016)", bmuf,
      {step_size<Bmuf>(),
       averaging_period<Bmuf>(),
       {{"block_step_size", &Bmuf::block_step_size, above(0), "block learning rate ζ"},
        {"block_momentum", &Bmuf::block_momentum, from_until(0, 1), "block momentum β"},
        Field<Bmuf>{"nesterov", &Bmuf::nesterov, "whether the next block starts ahead, by Nesterov's block momentum"}
            .read_if(where_not("block_momentum", 0.0))},
       optimizer<Bmuf>()},
      "Chen, Huo, \"Scalable training of deep learning machines by incremental block training with intra-block "
      "parallel "
      "optimization and blockwise model-update filtering\", ICASSP 2016",
      {.cost = "H gradients; one all-reduce",
       .vectors = 3,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
