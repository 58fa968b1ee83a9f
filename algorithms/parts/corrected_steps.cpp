#include "algorithms/parts/corrected_steps.hpp"

namespace gossamer {

Part<Params> corrected_steps(Node& node, Params x, int steps, double step_size, Params correction) {
  for (int h = 0; h < steps; ++h) {
    const Params g = co_await node.gradient(x);
    x = x - step_size * g - step_size * correction;
  }
  co_return x;
}

}  // namespace gossamer
