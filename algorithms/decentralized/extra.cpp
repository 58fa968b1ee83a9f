#include "algorithms/decentralized/extra.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task extra(Node& node, Extra settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params before, wx_before, g_before;
  for (std::uint64_t k = 0; node.running(); ++k) {
    Averaging averaging{node, k, x};
    const Params g = co_await direction.at(x);
    const Params wx = co_await averaging.sum();
    const Params next = k == 0 ? wx - eta * g : x + wx - 0.5 * before - 0.5 * wx_before - eta * g + eta * g_before;
    before = x;
    wx_before = wx;
    g_before = g;
    x = next;
    node.report(x);
  }
}

}  // namespace gossamer
