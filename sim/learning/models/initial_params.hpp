#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/ground/settings.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {

/// Inputs of initial parameters: properties of the model and its nodes.
struct InitialContext {
  Index dimension = 0;  ///< d
  NodeId nodes = 0;
  std::uint64_t seed = 1;
  std::vector<Layer> layers = {};  ///< `Problem::layers()`

  /// Returns the existing path for a configured one, or throws.
  std::function<std::filesystem::path(const std::string&)> resolve = {};
};

/// x_i at time zero: zeros, independent normal elements, or the contents of a file.
///
/// Drawn and stored in double, so that both scalar types start with equal values up to rounding. `fill` costs O(d).
class InitialParams {
 public:
  /// No parameters at all, d = 0.
  InitialParams() = default;

  /// Zeros.
  explicit InitialParams(Index dimension) : dimension_{dimension} {}

  /// Element k is a normal draw with mean 0 and standard deviation `deviations[k]`, the same for all nodes or different
  /// for each.
  InitialParams(Eigen::VectorXd deviations, bool per_node, std::uint64_t seed);

  /// One column for all nodes, or one for each node.
  explicit InitialParams(Eigen::MatrixXd columns);

  /// True if all nodes start from equal parameters, so that one vector is enough.
  bool shared() const;

  /// True if all nodes start at zero.
  bool zero() const;

  /// x ← x_node, length d. Instantiated for float and double.
  template <class Scalar>
  void fill(NodeId node, Scalar* x) const;

 private:
  Index dimension_ = 0;
  Eigen::VectorXd deviations_;  ///< empty unless drawn
  bool per_node_ = false;
  std::uint64_t seed_ = 1;
  Eigen::MatrixXd columns_;  ///< empty unless given
};

using InitialParamsEntry = Entry<InitialParams(const InitialContext&)>;

/// The initializations: zeros, normal, he, glorot, file. `make` throws LearningError for a file that does not fit, and
/// for layers if the model has none.
const std::vector<InitialParamsEntry>& initializations();

}  // namespace gossamer
