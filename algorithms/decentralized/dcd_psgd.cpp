#include "algorithms/decentralized/dcd_psgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task dcd_psgd(Node& node, DcdPsgd settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Averaging start{node, 0, x, settings.compressor.get(), Averaging::Of::first_models};
  Params mixed = co_await start.sum();  // s = Σ_j w_ij x_j
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params target = mixed - eta * co_await direction.at(x);
    Averaging averaging{node, k, target - x, settings.compressor.get(), Averaging::Of::differences};
    x = x + averaging.own();
    mixed = mixed + co_await averaging.sum();
    node.report(x);
  }
}

AlgorithmEntry dcd_psgd_entry() {
  using enum Need::What;
  return algorithm<DcdPsgd>(
      "dcd_psgd", "D-PSGD by compressed differences between rounds (Tang et al. 2018)", dcd_psgd,
      {step_size<DcdPsgd>(), compressor<DcdPsgd>(), local_steps<DcdPsgd>(), local_momentum<DcdPsgd>()},
      "Tang, Gan, Zhang, Zhang, Liu, \"Communication Compression for Decentralized Training\", "
      "NeurIPS 2018, arXiv:1803.06443",
      {.cost = one_code, .vectors = 2, .needs = {{fixed}, {aperiodic}}});
}

}  // namespace gossamer
