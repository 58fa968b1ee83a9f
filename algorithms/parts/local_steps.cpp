#include "algorithms/parts/local_steps.hpp"

namespace gossamer {

Part<Params> Direction::at(Params x) {
  Params sum = co_await node_.gradient(x);
  Params g = sum;
  for (int h = 1; h < local_.steps; ++h) {
    x = x - step_size_ * g;
    g = co_await node_.gradient(x);
    sum = sum + g;
  }
  if (local_.momentum == 0) co_return sum;
  const Params& m = momentum_.update(sum);
  if (local_.nesterov) co_return sum + local_.momentum* m;
  co_return m;
}

}  // namespace gossamer
