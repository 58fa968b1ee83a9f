#include "algorithms/decentralized/beer.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/public_copies.hpp"

namespace gossamer {
namespace {

/// γ (W − I) of the copies
Combination pull(double gamma, const PublicCopies& copies) { return gamma * (copies.mixed() - copies.own()); }

}  // namespace

Task beer(Node& node, Beer settings) {
  const double gamma = settings.consensus_step;
  const Codec* const codec = settings.compressor.get();
  Params x = node.initial_params();
  PublicCopies models{node, codec, x}, gradients{node, codec, x};
  Params v, g;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = g;
    const double eta = settings.step_size.at(node.steps());
    g = co_await node.gradient(x);
    if (k == 0) {
      v = g;
    } else {
      v = v + pull(gamma, gradients) + (g - before);
      gradients.publish(k - 1, v);
      co_await models.receive();
      co_await gradients.receive();
    }
    x = x + pull(gamma, models) - eta * v;
    models.publish(k, x);
    node.report(x);
  }
}

AlgorithmEntry beer_entry() {
  using enum Need::What;
  return algorithm<Beer>(
      "beer", "gradient tracking by compressed differences: exact in spite of compression (Zhao et al. 2022)", beer,
      {step_size<Beer>(), compressor<Beer>(), consensus_step<Beer>()},
      "Zhao, Li, Li, Richtárik, Chi, \"BEER: Fast O(1/T) Rate for Decentralized Nonconvex Optimization with "
      "Communication Compression\", NeurIPS 2022, arXiv:2201.13320",
      {.cost = "one gradient; two codes to each neighbor",
       .vectors = 7,
       .exact = true,
       .needs = {{fixed}, {aperiodic, where_whole_step}},
       .stochastic = false});
}

}  // namespace gossamer
