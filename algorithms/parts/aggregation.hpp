#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "sim/ground/parts.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// A model that a server combines with others.
struct Contribution {
  Params model;
  double weight = 1;  ///< > 0
};

/// The rule by which a server combines models.
class AggregationRule {
 public:
  static const PartType& part_type();

  virtual ~AggregationRule() = default;
  /// Whether weights count; if not, they need not be known.
  virtual bool reads_weights() const = 0;
  /// The combination of at least one model. x is the server's own model.
  virtual Params model(Node& node, const Params& x, const std::vector<Contribution>& all) const = 0;
  /// x minus that combination.
  virtual Params way(Node& node, const Params& x, const std::vector<Contribution>& all) const = 0;
};

/// The mean; all models count alike.
struct PlainMean {};
/// Σ w_m x_m / Σ w_m
struct WeightedMean {};
/// For each coordinate the mean without the ⌊β m⌋ smallest and the ⌊β m⌋ largest of m values.
struct TrimmedMean {
  double fraction = 0.1;  ///< β in [0, 1/2)
};
/// The median of each coordinate.
struct CoordinateMedian {};
/// x minus the radial-directional mean of all x − x_m, see `RadialDirectionalMean`.
struct RadialDirectional {
  enum class Radius { tensor, whole };
  Radius radius = Radius::tensor;  ///< norms are of the weights and of the biases of each layer, or of all parameters
};

/// The rule of an algorithm.
///
///     const Params mean = settings.aggregation->model(node, x, contributions);
class AggregationChoice {
 public:
  using Part = AggregationRule;

  AggregationChoice(PlainMean);          // NOLINT: settings of a rule convert to the choice
  AggregationChoice(WeightedMean);       // NOLINT
  AggregationChoice(TrimmedMean);        // NOLINT
  AggregationChoice(CoordinateMedian);   // NOLINT
  AggregationChoice(RadialDirectional);  // NOLINT
  explicit AggregationChoice(PartValue chosen) : chosen_{std::move(chosen)}, rule_{chosen_.as<AggregationRule>()} {}

  const AggregationRule* operator->() const { return rule_.get(); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
  std::shared_ptr<const AggregationRule> rule_;
};

/// The kinds of rules.
const std::vector<PartEntry<AggregationRule>>& aggregation_rules();

}  // namespace gossamer
