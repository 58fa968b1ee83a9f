#include "algorithms/decentralized/d_psgd.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task d_psgd(Node& node, DPsgd settings) {
  using enum DPsgd::Form;
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
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

}  // namespace gossamer
