#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "sim/numerics/params.hpp"

namespace gossamer {

/// A function of one or more vectors of R^d that gives a few numbers, for decisions of algorithms.
///
/// Const and free of hidden state: any thread may compute it, and gets the same bits.
class VectorSummary {
 public:
  virtual ~VectorSummary() = default;

  /// How many numbers it gives.
  virtual std::size_t size() const = 0;

  /// numbers ← the function of the vectors, computed in float64.
  virtual void summarize(std::span<const std::span<const float>> vectors, std::span<double> numbers) const = 0;
  virtual void summarize(std::span<const std::span<const double>> vectors, std::span<double> numbers) const = 0;
};

/// The numbers that a function gives for these vectors.
struct Summary {
  std::shared_ptr<const VectorSummary> function = nullptr;
  std::vector<Params> of = {};
};

/// A summary whose derived class `Derived` has `template <class Scalar> void numbers_of(vectors, numbers) const`.
template <class Derived>
class SummaryOf : public VectorSummary {
 public:
  void summarize(std::span<const std::span<const float>> vectors, std::span<double> numbers) const final {
    static_cast<const Derived&>(*this).numbers_of(vectors, numbers);
  }
  void summarize(std::span<const std::span<const double>> vectors, std::span<double> numbers) const final {
    static_cast<const Derived&>(*this).numbers_of(vectors, numbers);
  }
};

}  // namespace gossamer
