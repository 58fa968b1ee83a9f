#include "algorithms/periodic/local_sgd.hpp"

#include <utility>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Task local_sgd(Node& node, LocalSgd settings) {
  Params x = node.initial_params();
  LocalRun local{node, settings.step_size, settings.momentum};
  while (node.running()) {
    x = co_await local.from(std::move(x), settings.averaging_period);
    x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

AlgorithmEntry local_sgd_entry() {
  return algorithm<LocalSgd>("local_sgd", "average all models every H steps (Stich 2019)", local_sgd,
                             {step_size<LocalSgd>(), averaging_period<LocalSgd>(), momentum<LocalSgd>()},
                             "Stich, \"Local SGD Converges Fast and Communicates Little\", ICLR 2019, arXiv:1805.09767",
                             {.cost = "H gradients; one all-reduce",
                              .all_reduces = true,
                              .sums = {},
                              .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
