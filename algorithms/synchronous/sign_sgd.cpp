#include "algorithms/synchronous/sign_sgd.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/gathered_codes.hpp"
#include "algorithms/parts/heavy_ball.hpp"
#include "sim/compression/scaled_sign.hpp"
#include "sim/numerics/functions/sign.hpp"

namespace gossamer {

Task sign_sgd(Node& node, SignSgd settings) {
  GatheredCodes signs{node, std::make_shared<const ScaledSign>(ScaledSign::Scale::one), sum_of};
  const auto majority = std::make_shared<const Sign>(1);
  HeavyBall momentum{settings.momentum};
  Params x = node.initial_params();
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    const Params votes = co_await signs.of(settings.momentum == 0 ? g : momentum.update(g));
    x = (1 - eta * settings.weight_decay) * x - eta * node.apply(majority, {votes});
    node.report(x);
  }
}

AlgorithmEntry sign_sgd_entry() {
  return algorithm<SignSgd>(
      "sign_sgd", "step along the sign of most gradients (Bernstein et al. 2018)", sign_sgd,
      {step_size<SignSgd>(),
       momentum<SignSgd>("momentum β, kept by each node (Signum)"),
       {{"weight_decay", &SignSgd::weight_decay, at_least(0), "weight decay λ"}}},
      "Bernstein, Zhao, Azizzadenesheli, Anandkumar, \"signSGD with Majority Vote is Communication Efficient and Fault "
      "Tolerant\", ICLR 2019, arXiv:1810.05291",
      {.cost = "one gradient; an all-gather of d bits",
       .vectors = 2,
       .keeps_mean = false,
       .agrees = false,
       .all_reduces = true,
       .sums = {}});
}

}  // namespace gossamer
