#include "algorithms/decentralized/sgp.hpp"

#include "algorithms/parts/push_sum.hpp"

namespace gossamer {

Task sgp(Node& node, Sgp settings) {
  Direction direction{node, settings.local, settings.step_size};
  PushSum sums{node, node.initial_params()};
  Params z = sums.numerator();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params g = co_await direction.at(z);
    sums.numerator() = sums.numerator() - settings.step_size * g;
    sums.push(k);
    z = co_await sums.pull(k);
    node.report(z);
  }
}

}  // namespace gossamer
