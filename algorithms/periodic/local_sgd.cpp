#include "algorithms/periodic/local_sgd.hpp"

#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {

Task local_sgd(Node& node, LocalSgd settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  while (node.running()) {
    for (int h = 0; h < settings.averaging_period; ++h) {
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, settings.step_size, g);
    }
    x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

}  // namespace gossamer
