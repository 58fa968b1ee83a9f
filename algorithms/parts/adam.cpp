#include "algorithms/parts/adam.hpp"

#include <cmath>

#include "sim/numerics/functions/adam.hpp"

namespace gossamer {

Adam::Adam(Node& node, Settings settings)
    : node_{node}, settings_{settings}, second_moment_{std::make_shared<const SecondMoment>(settings.second_decay)} {}

Params Adam::step(const Params& x, double step_size, const Params& g) {
  const bool within = !settings_.decoupled && settings_.weight_decay != 0;
  const Params d = within ? Params{g + settings_.weight_decay * x} : g;
  auto& [u, v] = states_;
  const double added = 1 - settings_.first_decay;
  u = u ? Params{settings_.first_decay * u + added * d} : Params{added * d};
  v = v ? node_.apply(second_moment_, {v, d}) : node_.apply(second_moment_, {d});
  ++steps_;
  const auto correction = [this](double decay) {
    return settings_.bias_correction ? 1 - std::pow(decay, static_cast<double>(steps_)) : 1.0;
  };
  const AdamStep step{{.step_size = step_size,
                       .weight_decay = settings_.decoupled ? settings_.weight_decay : 0,
                       .epsilon = settings_.epsilon,
                       .first_correction = correction(settings_.first_decay),
                       .second_correction = correction(settings_.second_decay)}};
  return node_.apply(std::make_shared<const AdamStep>(step), {x, u, v});
}

void Adam::reset() {
  states_ = {};
  steps_ = 0;
}

}  // namespace gossamer
