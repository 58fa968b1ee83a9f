#include "algorithms/decentralized/overlap_sgp.hpp"

#include "algorithms/parts/push_sum.hpp"

namespace gossamer {

Task overlap_sgp(Node& node, OverlapSgp settings) {
  Direction direction{node, settings.local, settings.step_size};
  PushSum sums{node, node.initial_params()};
  Params z = sums.numerator();
  for (std::uint64_t k = 0; node.running(); ++k) {
    for (int step = 0; step < settings.overlap && node.running(); ++step) {
      const Params g = co_await direction.at(z);
      sums.numerator() = sums.numerator() - settings.step_size * g;
      z = sums.ratio();
    }
    sums.push(k);
    if (k > 0) z = co_await sums.pull(k - 1);
    node.report(z);
  }
}

}  // namespace gossamer
