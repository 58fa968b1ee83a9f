#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/ground/settings.hpp"
#include "sim/learning/data/dataset.hpp"
#include "sim/learning/data/partition.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {

/// Inputs of a model besides its settings.
struct LearningContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;                            ///< of minibatches and noise
  std::optional<std::uint64_t> objective_seed = {};  ///< of drawn objectives; the same if it is not given
  std::shared_ptr<const Dataset> data = {};          ///< null for models that need no data
  std::shared_ptr<const Partition> partition = {};   ///< the training samples of each node, if there are data

  /// Returns the existing path for a configured one, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
};

/// The start of a model's nodes.
struct Start {
  std::string usual = "zeros";  ///< the initialization if the experiment has none
  bool leaves_zero = true;      ///< true if the gradient of a zero model leads away from zero
};

/// A model's entry in the registry.
template <class Scalar>
struct ModelEntry : Entry<std::unique_ptr<Problem<Scalar>>(const LearningContext&)> {
  /// Required targets of its data: classes or real values; empty if it needs no data.
  std::optional<Targets> targets = {};
  std::function<Start(const Values&)> start = [](const Values&) { return Start{}; };
};

/// All models: quadratic, quadratic_file, interpolated, rosenbrock, linear_regression, logistic_regression,
/// softmax_regression, mlp.
/// Names and settings are the same for float and double. `make` throws LearningError if model and data do not match.
template <class Scalar>
const std::vector<ModelEntry<Scalar>>& models();

}  // namespace gossamer
