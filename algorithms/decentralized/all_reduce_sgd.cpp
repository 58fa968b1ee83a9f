#include "algorithms/decentralized/all_reduce_sgd.hpp"

#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {

Task all_reduce_sgd(Node& node, AllReduceSgd settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  while (node.running()) {
    const Params own = co_await node.gradient(x);
    const Params mean = co_await node.all_reduce_mean(own);
    x = momentum.step(x, settings.step_size, mean);
    node.report(x);
  }
}

}  // namespace gossamer
