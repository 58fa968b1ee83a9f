#include "algorithms/decentralized/nids.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task nids(Node& node, Nids settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params adapted;  // x − η g of the round before
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params before = adapted;
    adapted = x - eta * co_await direction.at(x);
    if (k == 0) {
      x = adapted;
    } else {
      const Params extrapolated = adapted + (x - before);
      Averaging averaging{node, k - 1, extrapolated};
      x = 0.5 * extrapolated + 0.5 * co_await averaging.sum();
    }
    node.report(x);
  }
}

AlgorithmEntry nids_entry() {
  using enum Need::What;
  return algorithm<Nids>(
      "nids", "exact with one local step, whose size does not depend on the network (Li et al. 2019)", nids,
      {step_size<Nids>(), inexact_local_steps<Nids>()},
      "Li, Shi, Yan, \"A Decentralized Proximal-Gradient Method With Network Independent Step-Sizes and "
      "Separated Convergence Rates\", IEEE Transactions on Signal Processing 67(17), 2019, "
      "arXiv:1704.07807",
      {.cost = one_payload, .vectors = 2, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false});
}

}  // namespace gossamer
