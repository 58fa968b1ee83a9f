#include "algorithms/parts/aggregation.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "algorithms/parts/radial_directional_mean.hpp"
#include "algorithms/parts/trimmed_mean.hpp"

namespace gossamer {
namespace {

Params mean_model(const std::vector<Contribution>& all, bool weighted) {
  Combination sum;
  double weights = 0;
  for (const Contribution& one : all) {
    const double weight = weighted ? one.weight : 1;
    sum += weight * one.model;
    weights += weight;
  }
  return (1 / weights) * sum;
}

/// Σ w_m x_m / Σ w_m, with the weights 1 if none count.
class MeanRule final : public AggregationRule {
 public:
  explicit MeanRule(bool weighted) : weighted_{weighted} {}
  bool reads_weights() const override { return weighted_; }
  Params model(Node&, const Params&, const std::vector<Contribution>& all) const override {
    return mean_model(all, weighted_);
  }
  Params way(Node& node, const Params& x, const std::vector<Contribution>& all) const override {
    return x - model(node, x, all);
  }

 private:
  bool weighted_;
};

/// The mean of what is left of each coordinate.
class TrimmedRule final : public AggregationRule {
 public:
  explicit TrimmedRule(double fraction) : fraction_{fraction} {}
  bool reads_weights() const override { return false; }
  Params model(Node& node, const Params&, const std::vector<Contribution>& all) const override {
    constexpr double rounding = 1e-9;
    const auto m = static_cast<double>(all.size());
    const auto trimmed = static_cast<std::size_t>(std::min(fraction_ * m + rounding, (m - 1) / 2));
    if (trimmed == 0) return mean_model(all, false);
    std::vector<Params> models;
    for (const Contribution& one : all) models.push_back(one.model);
    return node.apply(std::make_shared<const TrimmedMeanFunction>(trimmed), models);
  }
  Params way(Node& node, const Params& x, const std::vector<Contribution>& all) const override {
    return x - model(node, x, all);
  }

 private:
  double fraction_;  ///< β; 1/2 for the median
};

/// The weights and the biases of each layer; none if the model has no layers.
std::vector<CoordinateRange> tensors_of(const Node& node) {
  std::vector<CoordinateRange> tensors;
  Index begin = 0;
  for (const Layer& layer : node.layers()) {
    const Index biases = begin + layer.inputs * layer.outputs, end = begin + layer.size();
    tensors.push_back({begin, biases});
    tensors.push_back({biases, end});
    begin = end;
  }
  return tensors;
}

class RadialDirectionalRule final : public AggregationRule {
 public:
  explicit RadialDirectionalRule(RadialDirectional settings) : settings_{settings} {}
  bool reads_weights() const override { return true; }
  Params model(Node& node, const Params& x, const std::vector<Contribution>& all) const override {
    return x - way(node, x, all);
  }
  Params way(Node& node, const Params& x, const std::vector<Contribution>& all) const override {
    std::vector<double> weights;
    std::vector<Params> ways;
    for (const Contribution& one : all) {
      weights.push_back(one.weight);
      ways.push_back(x - one.model);
    }
    const bool by_tensor = settings_.radius == RadialDirectional::Radius::tensor;
    auto tensors = by_tensor ? tensors_of(node) : std::vector<CoordinateRange>{};
    return node.apply(std::make_shared<const RadialDirectionalMean>(std::move(weights), std::move(tensors)), ways);
  }

 private:
  RadialDirectional settings_;
};

using SharedRule = std::shared_ptr<const AggregationRule>;

SharedRule rule_of(PlainMean) { return std::make_shared<const MeanRule>(false); }
SharedRule rule_of(WeightedMean) { return std::make_shared<const MeanRule>(true); }
SharedRule rule_of(TrimmedMean s) { return std::make_shared<const TrimmedRule>(s.fraction); }
SharedRule rule_of(CoordinateMedian) { return std::make_shared<const TrimmedRule>(0.5); }
SharedRule rule_of(RadialDirectional s) { return std::make_shared<const RadialDirectionalRule>(s); }

template <class Settings>
PartEntry<AggregationRule> rule(std::string name, std::string sentence, std::vector<Field<Settings>> fields = {},
                                std::string source = {}) {
  return entry<SharedRule(), Settings>(
      std::move(name), std::move(sentence), [](Settings settings) { return rule_of(settings); }, std::move(fields),
      std::move(source));
}

const char* const byzantine =
    "Yin, Chen, Ramchandran, Bartlett, \"Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates\", "
    "ICML 2018, arXiv:1803.01498";

std::vector<PartEntry<AggregationRule>> all_rules() {
  using Radius = RadialDirectional::Radius;
  return {rule<PlainMean>("mean", "the mean, in which all models count alike"),
          rule<WeightedMean>("weighted_mean", "the mean with the weights of the algorithm, such as numbers of samples"),
          rule<TrimmedMean>("trimmed_mean", "the mean of each coordinate without its smallest and largest values",
                            {{"fraction", &TrimmedMean::fraction, from_until(0, 0.5),
                              "β: so large a part of the values is left out at each end, rounded down"}},
                            byzantine),
          rule<CoordinateMedian>("median", "the median of each coordinate", {}, byzantine),
          rule<RadialDirectional>(
              "radial_directional_mean", "the mean norm in the mean direction of all ways from the server's model",
              {{"radius", &RadialDirectional::radius,
                choices<Radius>({{"tensor", Radius::tensor}, {"whole", Radius::whole}}),
                "norms are of weights and of biases of each layer, or of all that is combined"}},
              "Douillard et al., \"Decoupled DiLoCo for Resilient Distributed Pre-training\", 2026, arXiv:2604.21428")};
}

PartValue chosen_rule(const std::string& name, Values values) {
  for (const auto& one : aggregation_rules())
    if (one.name == name) return part_value(AggregationRule::part_type(), one, std::move(values));
  throw std::logic_error{"no aggregation rule \"" + name + "\""};
}

}  // namespace

const std::vector<PartEntry<AggregationRule>>& aggregation_rules() {
  static const std::vector<PartEntry<AggregationRule>> entries = all_rules();
  return entries;
}

const PartType& AggregationRule::part_type() {
  static const PartType type{
      .name = "aggregations", .noun = "an aggregation rule", .note = "a server combines the models of a round by it"};
  return type;
}

AggregationChoice::AggregationChoice(PlainMean) : AggregationChoice{chosen_rule("mean", {})} {}
AggregationChoice::AggregationChoice(WeightedMean) : AggregationChoice{chosen_rule("weighted_mean", {})} {}
AggregationChoice::AggregationChoice(TrimmedMean s)
    : AggregationChoice{chosen_rule("trimmed_mean", {{"fraction", s.fraction}})} {}
AggregationChoice::AggregationChoice(CoordinateMedian) : AggregationChoice{chosen_rule("median", {})} {}
AggregationChoice::AggregationChoice(RadialDirectional s)
    : AggregationChoice{
          chosen_rule("radial_directional_mean",
                      {{"radius", std::string{s.radius == RadialDirectional::Radius::tensor ? "tensor" : "whole"}}})} {}

}  // namespace gossamer
