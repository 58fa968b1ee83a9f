#include "algorithms/decentralized/exact_diffusion.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task exact_diffusion(Node& node, ExactDiffusion settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params psi = x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = psi;
    psi = x - eta * co_await direction.at(x);
    const Params phi = psi + (x - before);
    Averaging averaging{node, k, phi};
    x = 0.5 * phi + 0.5 * co_await averaging.sum();
    node.report(x);
  }
}

}  // namespace gossamer
