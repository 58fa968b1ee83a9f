#include "algorithms/parts/sgd.hpp"

namespace gossamer {

Params Sgd::step(const Params& x, double step_size, const Params& g) {
  const Params d = settings_.weight_decay == 0 ? g : Params{g + settings_.weight_decay * x};
  if (!settings_.nesterov || settings_.momentum == 0) return momentum_.step(x, step_size, d);
  const Params& m = momentum_.update(d);
  return x - step_size * (d + settings_.momentum * m);
}

}  // namespace gossamer
