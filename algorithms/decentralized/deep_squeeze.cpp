#include "algorithms/decentralized/deep_squeeze.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task deep_squeeze(Node& node, DeepSqueeze settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params error = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    x = x - settings.step_size * co_await direction.at(x);
    const Params v = x + error;
    Averaging averaging{node, k, v, settings.compressor.get()};
    error = v - averaging.own();
    x = x + settings.consensus_step * (co_await averaging.sum() - averaging.own());
    node.report(x);
  }
}

}  // namespace gossamer
