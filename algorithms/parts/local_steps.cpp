#include "algorithms/parts/local_steps.hpp"

namespace gossamer {

Part<Params> Direction::at(Params x) {
  const double eta = step_size_.at(node_.steps());  // of the first local step
  double eta_h = eta;
  Params sum = co_await node_.gradient(x);
  Params g = sum;
  for (int h = 1; h < local_.steps; ++h) {
    x = x - eta_h * g;
    eta_h = step_size_.at(node_.steps());
    g = co_await node_.gradient(x);
    sum = sum + (eta_h / eta) * g;
  }
  if (local_.momentum == 0) co_return sum;
  const Params& m = momentum_.update(sum);
  if (local_.nesterov) co_return sum + local_.momentum* m;
  co_return m;
}

}  // namespace gossamer
