#include "algorithms/parts/adaptive_step.hpp"

#include "algorithms/parts/constant_vector.hpp"
#include "sim/numerics/functions/adam.hpp"

namespace gossamer {
namespace {

std::shared_ptr<const VectorFunction> update_of_squares(const AdaptiveStep::Settings& settings) {
  switch (settings.rule) {
    case AdaptiveStep::Rule::adagrad:
      return std::make_shared<const SumOfSquares>();
    case AdaptiveStep::Rule::yogi:
      return std::make_shared<const YogiMoment>(settings.second_decay);
    case AdaptiveStep::Rule::adam:
      break;
  }
  return std::make_shared<const SecondMoment>(settings.second_decay);
}

}  // namespace

AdaptiveStep::AdaptiveStep(Node& node, Settings settings)
    : node_{node},
      settings_{settings},
      second_moment_{update_of_squares(settings)},
      step_{std::make_shared<const AdamStep>(
          AdamStep::Settings{.step_size = settings.step_size, .epsilon = settings.adaptivity})} {
  const double start = settings.second_start.value_or(settings.adaptivity * settings.adaptivity);
  states_[1] = node.apply(std::make_shared<const ConstantVector>(start), {node.initial_params()});
}

Params AdaptiveStep::step(const Params& x, const Params& pseudo_gradient) {
  auto& [u, v] = states_;
  const double kept = settings_.first_decay, added = 1 - settings_.first_decay;
  u = u ? Params{kept * u + added * pseudo_gradient} : Params{added * pseudo_gradient};
  v = node_.apply(second_moment_, {v, pseudo_gradient});
  return node_.apply(step_, {x, u, v});
}

}  // namespace gossamer
