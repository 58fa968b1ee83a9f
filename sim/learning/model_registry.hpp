#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/learning/dataset.hpp"
#include "sim/learning/partition.hpp"
#include "sim/learning/problem.hpp"
#include "sim/quantities.hpp"
#include "sim/settings.hpp"

namespace gossamer {

/// What a model needs beside its settings.
struct LearningContext {
  NodeId nodes = 0;
  std::uint64_t seed = 1;
  std::shared_ptr<const Dataset> data = {};         ///< none for models that need no data
  std::shared_ptr<const Partition> partition = {};  ///< who holds which training sample, where there are data

  /// Turns a configured path into one that exists, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
};

/// Where a model's nodes start.
struct Start {
  std::string usual = "zeros";  ///< the initialization if the experiment names none
  bool leaves_zero = true;      ///< whether a model that is zero has a gradient that leads away from there
};

/// A model as the registry offers it.
template <class Scalar>
struct ModelEntry : Entry<std::unique_ptr<Problem<Scalar>>(const LearningContext&)> {
  std::optional<Targets> targets = {};  ///< what its data must have: classes or real values; empty: it needs no data
  std::function<Start(const Values&)> start = [](const Values&) { return Start{}; };
};

/// What can be learned: quadratic, quadratic_file, linear_regression, logistic_regression, softmax_regression, mlp. The
/// names and settings are the same for float and double. `make` throws LearningError where model and data do not match.
template <class Scalar>
const std::vector<ModelEntry<Scalar>>& models();

/// Whether the model of that name learns from data, and which targets these must have: classes or real values.
/// Empty for models that learn from no data. The name must be one of the registry's.
std::optional<Targets> targets_of(std::string_view model);
inline bool needs_data(std::string_view model) { return targets_of(model).has_value(); }

}  // namespace gossamer
