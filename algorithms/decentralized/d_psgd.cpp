#include "algorithms/decentralized/d_psgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task d_psgd(Node& node, DPsgd settings) {
  using enum DPsgd::Form;
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    if (settings.form == atc) x = x - eta * co_await direction.at(x);
    Averaging averaging{node, k, x};
    if (settings.form == awc) {
      const Params g = co_await direction.at(x);
      x = co_await averaging.sum() - eta * g;
    } else {
      x = co_await averaging.sum();
    }
    if (settings.form == cta) x = x - eta * co_await direction.at(x);
    node.report(x);
  }
}

AlgorithmEntry d_psgd_entry() {
  using enum Need::What;
  return algorithm<DPsgd>(
      "d_psgd", "average with every neighbor, every round (Lian et al. 2017)", d_psgd,
      {step_size<DPsgd>(), form<DPsgd>(), local_steps<DPsgd>()},
      "Lian et al., \"Can Decentralized Algorithms Outperform Centralized Algorithms?\", NeurIPS 2017, "
      "arXiv:1705.09056",
      {.cost = one_payload,
       .needs = {{aperiodic}},
       .counterparts = {{"momentum", "dmsgd"}, {"compressor", "choco_sgd"}, {"global_period", "gossip_pga"}}});
}

}  // namespace gossamer
