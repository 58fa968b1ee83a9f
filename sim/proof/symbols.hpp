#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <Eigen/Core>

#include "sim/numerics/params.hpp"
#include "sim/proof/symbolic_run.hpp"

namespace gossamer {

/// The data plane of the symbolic world: versions are symbolic vectors.
class SymbolicPlane final : public Plane {
 public:
  Version* combine(std::span<const Term> terms) override;
  void release(Version* version) override;

  Params made(SymbolicVector vector);
  static const SymbolicVector& vector(const Params& x);
};

/// The symbols of a run, and the operations that record something.
class Symbols {
 public:
  explicit Symbols(const SymbolicRunSettings& settings);

  const SymbolicRun& run() const { return run_; }
  /// ∇f_i at x.
  SymbolicVector gradient(const SymbolicVector& x);
  /// W(k) s
  SymbolicVector average(std::uint64_t round, const SymbolicVector& s);
  /// The mean of all nodes, at every node.
  SymbolicVector mean(const SymbolicVector& s) const;
  /// Q(v)
  SymbolicVector encode(const SymbolicVector& v, double contraction);
  /// Asks for the gradient at the measured point.
  void measure(MeasuredPoint measured);
  void report(const SymbolicVector& x) { run_.iterates.push_back(x); }

  /// All that has been recorded, with all columns.
  SymbolicRun finished() &&;

 private:
  enum class Parts { mean, deviation, both };

  std::optional<std::size_t> point_at(const SymbolicVector& x) const;
  SymbolicVector zero() const;
  SymbolicVector fresh(Parts parts, double unit);
  SymbolicVector average_in_interval(const SpectrumInterval& interval, std::uint64_t round, const SymbolicVector& s);
  SymbolicVector average_in_modes(const Eigen::VectorXcd& eigenvalues, const SymbolicVector& s) const;

  MixingClass mixing_;
  double distance_;
  double slope_;
  SymbolicRun run_;
};

}  // namespace gossamer
