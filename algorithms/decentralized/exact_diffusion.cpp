#include "algorithms/decentralized/exact_diffusion.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task exact_diffusion(Node& node, ExactDiffusion settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params psi = x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params before = psi;
    psi = x - eta * co_await direction.at(x);
    const Params phi = psi + (x - before);
    Averaging averaging{node, k, phi};
    x = 0.5 * phi + 0.5 * co_await averaging.sum();
    node.report(x);
  }
}

AlgorithmEntry exact_diffusion_entry() {
  using enum Need::What;
  return algorithm<ExactDiffusion>(
      "exact_diffusion", "adapt, correct, combine: exact with one local step (Yuan et al. 2019)", exact_diffusion,
      {step_size<ExactDiffusion>(), inexact_local_steps<ExactDiffusion>()},
      "Yuan, Ying, Zhao, Sayed, \"Exact Diffusion for Distributed Optimization and Learning, Part I: Algorithm "
      "Development\", IEEE Transactions on Signal Processing 67(3), 2019, arXiv:1702.05122",
      {.cost = one_payload, .vectors = 2, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false});
}

}  // namespace gossamer
