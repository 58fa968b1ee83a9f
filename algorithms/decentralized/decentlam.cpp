#include "algorithms/decentralized/decentlam.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task decentlam(Node& node, DecentLam settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params m = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    Averaging averaging{node, k, x - eta * co_await direction.at(x)};
    m = settings.momentum * m + (1 / eta) * (x - co_await averaging.sum());
    x = x - eta * m;
    node.report(x);
  }
}

AlgorithmEntry decentlam_entry() {
  using enum Need::What;
  return algorithm<DecentLam>(
      "decentlam", "momentum without amplified bias (Yuan et al. 2021)", decentlam,
      {step_size<DecentLam>(), momentum<DecentLam>("momentum β"), local_steps<DecentLam>()},
      "Yuan, Chen, Huang, Zhang, Pan, Xu, Yin, \"DecentLaM: Decentralized Momentum SGD for Large-batch "
      "Deep Training\", ICCV 2021, arXiv:2104.11981",
      {.cost = one_payload, .vectors = 2, .needs = {{fixed}, {symmetric}, {aperiodic}}});
}

}  // namespace gossamer
