#include "algorithms/parts/fragments.hpp"

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "algorithms/error.hpp"
#include "sim/numerics/functions/choice.hpp"

namespace gossamer {

Fragments::Fragments(Node& node, int count, Cut cut)
    : node_{node}, count_{count}, cut_{node.layers().empty() ? Cut::equal : cut} {
  const std::size_t layers = node.layers().size();
  if (cut_ != Cut::equal && layers < static_cast<std::size_t>(count))
    throw AlgorithmError{std::to_string(count) +
                         " fragments of whole layers need a model of as many layers, and this one has " +
                         std::to_string(layers)};
}

bool Fragments::has(int p, std::size_t layer) const {
  const auto fragments = static_cast<std::size_t>(count_);
  const std::size_t fragment = cut_ == Cut::strided ? layer % fragments : layer * fragments / node_.layers().size();
  return fragment == static_cast<std::size_t>(p);
}

std::vector<CoordinateRange> Fragments::ranges(int p) const {
  const std::span<const Layer> layers = node_.layers();
  std::vector<CoordinateRange> result;
  Index begin = 0;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Index end = begin + layers[l].size();
    if (has(p, l)) result.push_back({begin, end});
    begin = end;
  }
  return result;
}

Params Fragments::choose(int p, const Params& a, const Params& b) const {
  if (count_ == 1) return a;
  if (cut_ == Cut::equal) return node_.apply(std::make_shared<const PartChoice>(p, count_), {a, b});
  return node_.apply(std::make_shared<const RangeChoice>(ranges(p)), {a, b});
}

Bytes Fragments::size(int p) const {
  if (cut_ == Cut::equal) return (node_.payload() + count_ - 1) / count_;
  double own = 0, all = 0;
  const std::span<const Layer> layers = node_.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const auto size = static_cast<double>(layers[l].size());
    all += size;
    if (has(p, l)) own += size;
  }
  return static_cast<Bytes>(std::ceil(own / all * static_cast<double>(node_.payload())));
}

FragmentOptimizer::FragmentOptimizer(Node& node, const Fragments& fragments, const OuterOptimizerChoice& choice)
    : fragments_{fragments}, outer_{choice.start(node)} {
  if (fragments.count() > 1 && !outer_->steps_by_coordinate())
    throw AlgorithmError{"the outer optimizer " + choice.value()->kind +
                         " counts the steps of a whole model, and cannot step fragments"};
}

Params FragmentOptimizer::step(int p, const Params& x, const Params& pseudo_gradient) {
  const std::span<Params> states = outer_->states();
  std::vector<Params> before{states.begin(), states.end()};
  const Params stepped = outer_->step(x, pseudo_gradient);
  const std::span<Params> after = outer_->states();
  before.resize(after.size());
  for (std::size_t k = 0; k < after.size(); ++k) {
    if (!after[k]) continue;
    const Params own = after[k];
    after[k] = fragments_.choose(p, own, before[k] ? before[k] : Params{0.0 * own});
  }
  return fragments_.choose(p, stepped, x);
}

}  // namespace gossamer
