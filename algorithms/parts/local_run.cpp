#include "algorithms/parts/local_run.hpp"

namespace gossamer {

Part<Params> LocalRun::from(Params x, int steps) {
  for (int h = 0; h < steps; ++h) {
    const double eta = step_size_.at(node_.steps());
    const Params g = co_await node_.gradient(x);
    x = momentum_.step(x, eta, g);
  }
  co_return x;
}

}  // namespace gossamer
