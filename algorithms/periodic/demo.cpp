#include "algorithms/periodic/demo.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/gathered_codes.hpp"
#include "sim/compression/chunk_top_k.hpp"
#include "sim/numerics/functions/cosine_transform.hpp"
#include "sim/numerics/functions/sign.hpp"

namespace gossamer {

Task demo(Node& node, Demo settings) {
  const Tiling tiling{.layers = {node.layers().begin(), node.layers().end()}, .side = settings.chunk};
  const auto transform = std::make_shared<const CosineTransform>(tiling);
  const auto inverse = std::make_shared<const InverseCosineTransform>(tiling);
  const auto sign = std::make_shared<const Sign>();
  const ChunkTopK::Settings code{.k = settings.k, .whole_words = true, .tiling = tiling};
  GatheredCodes codes{node, std::make_shared<const ChunkTopK>(code), mean_over_senders};
  Params x = node.initial_params();
  Params m;
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    m = m ? Params{settings.decay * m + eta * g} : Params{eta * g};
    const Params coefficients = node.apply(transform, {m});
    const Params q = co_await codes.of(coefficients);
    m = m - node.apply(inverse, {codes.own()});
    x = (1 - eta * settings.weight_decay) * x - eta * node.apply(sign, {node.apply(inverse, {q})});
    node.report(x);
  }
}

AlgorithmEntry demo_entry() {
  return algorithm<Demo>("demo", "steps along the sign of the mean of the momenta's fast components (Peng et al. 2024)",
                         demo,
                         {step_size<Demo>(),
                          {{"decay", &Demo::decay, from_until(0, 1), "decay β of the momentum"},
                           {"chunk", &Demo::chunk, at_least(1), "largest side s of a tile"},
                           {"k", &Demo::k, at_least(1), "coefficients of a tile that are sent, at most all"},
                           {"weight_decay", &Demo::weight_decay, at_least(0), "weight decay λ"}}},
                         "Peng, Quesnelle, Kingma, \"DeMo: Decoupled Momentum Optimization\", 2024, arXiv:2411.19870",
                         {.cost = "one gradient; an all-gather of k coefficients of each tile",
                          .vectors = 4,
                          .agrees = false,
                          .all_reduces = true,
                          .sums = {}});
}

}  // namespace gossamer
