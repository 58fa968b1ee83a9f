#include "algorithms/decentralized/gradient_tracking.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {
namespace {

Task atc(Node& node, GradientTracking settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params y, g;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
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
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params y, g;  // y is already averaged, without the change of the gradient
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
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

AlgorithmEntry gradient_tracking_entry() {
  using enum Need::What;
  using Tracking = GradientTracking;
  return algorithm<Tracking>(
      "gradient_tracking", "step along tracked means of the gradients: exact with one local step (Qu, Li 2018)",
      gradient_tracking,
      {step_size<Tracking>(),
       {{"form", &Tracking::form,
         choices<Tracking::Form>({{"atc", Tracking::Form::atc}, {"non_atc", Tracking::Form::non_atc}}),
         "adapt then combine both vectors, or step after combining; the latter needs smaller steps"}},
       inexact_local_steps<Tracking>()},
      "Qu, Li, \"Harnessing smoothness to accelerate distributed optimization\", IEEE Transactions on Control of "
      "Network Systems 5(3), 2018, arXiv:1605.07112",
      {.cost = two_payloads, .vectors = 3, .exact = true, .needs = {{aperiodic}}, .stochastic = false});
}

}  // namespace gossamer
