#include "algorithms/decentralized/gradient_tracking.hpp"

#include "algorithms/parts/averaging.hpp"

namespace gossamer {
namespace {

Task atc(Node& node, GradientTracking settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params y, g;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = g;
    g = co_await direction.at(x);
    if (k == 0) {
      y = g;
    } else {
      Averaging gradients{node, k - 1, y + (g - before)};
      y = co_await gradients.sum();
    }
    Averaging models{node, k, x - eta * y};
    x = co_await models.sum();
    node.report(x);
  }
}

Task non_atc(Node& node, GradientTracking settings) {
  const double eta = settings.step_size;
  Direction direction{node, settings.local, eta};
  Params x = node.initial_params();
  Params y, g;  // y is already averaged, without the change of the gradient
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = g;
    g = co_await direction.at(x);
    y = k == 0 ? g : Params{y + (g - before)};
    Averaging models{node, k, x};
    Averaging gradients{node, k, y};
    x = co_await models.sum() - eta * y;
    y = co_await gradients.sum();
    node.report(x);
  }
}

}  // namespace

Task gradient_tracking(Node& node, GradientTracking settings) {
  return settings.form == GradientTracking::Form::atc ? atc(node, settings) : non_atc(node, settings);
}

}  // namespace gossamer
