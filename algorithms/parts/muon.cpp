#include "algorithms/parts/muon.hpp"

#include <vector>

#include "sim/numerics/functions/choice.hpp"

namespace gossamer {

Muon::Muon(Node& node, const Settings& settings) : node_{node}, settings_{settings}, adam_{node, settings.adam} {
  const std::vector<MatrixPlace> matrices = matrices_of(node.layers());
  if (matrices.empty()) return;
  std::vector<CoordinateRange> ranges;
  for (const MatrixPlace& place : matrices) ranges.push_back({place.begin, place.begin + place.rows * place.columns});
  choice_ = std::make_shared<const RangeChoice>(std::move(ranges));
  orthogonalized_ = std::make_shared<const NewtonSchulz>(
      matrices, settings.iteration == Iteration::jordan ? jordan_steps() : muloco_steps(), settings.scale);
}

Params Muon::step(const Params& x, double step_size, const Params& g) {
  const Params by_adam = adam_.step(x, settings_.adam_factor * step_size, g);
  if (!choice_) return by_adam;
  const double beta = settings_.momentum;
  momentum_ = momentum_ ? Params{beta * momentum_ + (1 - beta) * g} : Params{(1 - beta) * g};
  const Params ahead = settings_.nesterov ? Params{(1 - beta) * g + beta * momentum_} : momentum_;
  const Params u = node_.apply(orthogonalized_, {ahead});
  const Params by_muon = (1 - step_size * settings_.weight_decay) * x - step_size * u;
  return node_.apply(choice_, {by_muon, by_adam});
}

void Muon::reset() {
  adam_.reset();
  momentum_ = {};
}

}  // namespace gossamer
