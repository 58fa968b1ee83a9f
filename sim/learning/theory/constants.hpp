#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// A quantity of theory with the way in which it was found, or, without a value, the reason why it is not known.
template <class T>
struct Finding {
  std::optional<T> value = {};
  std::string source = {};  ///< a phrase for people
};

template <class T>
Finding<T> found(T value, std::string source) {
  return {.value = std::move(value), .source = std::move(source)};
}

/// A quantity that is not known.
template <class T>
Finding<T> unknown(std::string reason) {
  return {.value = std::nullopt, .source = std::move(reason)};
}

/// The largest and the smallest eigenvalues of the Hessians of f = (1/n) Σ_i f_i and of each f_i, at every x unless a
/// source has another place. Bounds of them if a source calls them so.
struct CurvatureConstants {
  Finding<double> L;   ///< of f
  Finding<double> mu;  ///< of f, positive
  Finding<std::vector<double>> L_of_nodes;
  Finding<std::vector<double>> mu_of_nodes;  ///< zero or negative for nodes whose f_i is not strongly convex
};

/// σ_i² = E ‖∇F_i(x; ξ) − ∇f_i(x)‖² of one stochastic gradient of each node as a run draws it, on average over steps.
struct GradientNoise {
  std::vector<double> variances;
  std::vector<double> standard_errors;  ///< zero for exact variances
  std::string source = {};              ///< how they were found, a phrase for people
};

/// The exactly known variance of all nodes.
inline GradientNoise same_noise(NodeId nodes, double variance, std::string source) {
  const auto n = static_cast<std::size_t>(nodes);
  return {.variances = std::vector<double>(n, variance),
          .standard_errors = std::vector<double>(n, 0.0),
          .source = std::move(source)};
}

}  // namespace gossamer
