#include "algorithms/synchronous/terngrad.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/gathered_codes.hpp"
#include "sim/compression/terngrad.hpp"
#include "sim/numerics/functions/deviation_clipping.hpp"

namespace gossamer {

Task terngrad(Node& node, TernGradSgd settings) {
  GatheredCodes codes{node, std::make_shared<const TernGrad>(), mean_of};
  const auto clipping = std::make_shared<const DeviationClipping>(settings.clip);
  Sgd sgd{settings.sgd};
  Params x = node.initial_params();
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    const Params clipped = settings.clip > 0 ? node.apply(clipping, {g}) : g;
    const Params mean = co_await codes.of(clipped);
    x = sgd.step(x, eta, mean);
    node.report(x);
  }
}

AlgorithmEntry terngrad_entry() {
  return algorithm<TernGradSgd>(
      "terngrad", "average gradients that are rounded at random to three values (Wen et al. 2017)", terngrad,
      {step_size<TernGradSgd>(),
       {Field<TernGradSgd>{"clip", &TernGradSgd::clip, at_least(0),
                           "largest magnitude of a coordinate, in standard deviations of all"}
            .with_word("none", 0)},
       sgd<TernGradSgd>()},
      "Wen, Xu, Yan, Wu, Wang, Chen, Li, \"TernGrad: Ternary Gradients to Reduce Communication in Distributed Deep "
      "Learning\", NeurIPS 2017, arXiv:1705.07878",
      {.cost = "one gradient; an all-gather of codes", .vectors = 2, .agrees = false, .all_reduces = true, .sums = {}});
}

}  // namespace gossamer
