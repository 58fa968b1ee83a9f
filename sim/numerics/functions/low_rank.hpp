#pragma once
#include <utility>
#include <vector>

#include "sim/ground/random.hpp"
#include "sim/numerics/functions/newton_schulz.hpp"
#include "sim/numerics/vector_function.hpp"

/// Low-rank factors of the matrices in a vector. A matrix M of a × b numbers has the factors P, a × r, and Q, b × r,
/// with r at most the given rank, a and b. A vector of factors has those of each matrix row by row in its place, and
/// zeros behind them.
namespace gossamer {

/// Matrices and the rank of their factors.
struct FactorPlaces {
  std::vector<MatrixPlace> matrices = {};
  Index rank = 1;

  Index rank_of(const MatrixPlace& place) const;
  /// The numbers of all factors P, and of all factors Q.
  Index left_size() const;
  Index right_size() const;
  /// The numbers of all matrices.
  Index size() const;
};

/// Factors Q of normal draws, without arguments; zero outside of the matrices.
class RandomFactors final : public VectorFunctionOf<RandomFactors> {
 public:
  RandomFactors(FactorPlaces places, const Draws& draws) : places_{std::move(places)}, draws_{draws} {}
  bool elementwise() const override { return false; }
  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const;

 private:
  FactorPlaces places_;
  Draws draws_;
};

/// P = M Q from (M, Q); outside of the matrices the coordinates of the first argument.
class LeftFactors final : public VectorFunctionOf<LeftFactors> {
 public:
  explicit LeftFactors(FactorPlaces places) : places_{std::move(places)} {}
  bool elementwise() const override { return false; }
  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const;

 private:
  FactorPlaces places_;
};

/// P with orthonormal columns that span the same space (Gram–Schmidt, twice); dependent columns become zero. Outside of
/// the matrices it copies the argument.
class OrthonormalFactors final : public VectorFunctionOf<OrthonormalFactors> {
 public:
  explicit OrthonormalFactors(FactorPlaces places) : places_{std::move(places)} {}
  bool elementwise() const override { return false; }
  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const;

 private:
  FactorPlaces places_;
};

/// Q = Mᵀ P from (M, P); zero outside of the matrices.
class RightFactors final : public VectorFunctionOf<RightFactors> {
 public:
  explicit RightFactors(FactorPlaces places) : places_{std::move(places)} {}
  bool elementwise() const override { return false; }
  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const;

 private:
  FactorPlaces places_;
};

/// P Qᵀ from (P, Q); outside of the matrices the coordinates of the first argument.
class FactorProduct final : public VectorFunctionOf<FactorProduct> {
 public:
  explicit FactorProduct(FactorPlaces places) : places_{std::move(places)} {}
  bool elementwise() const override { return false; }
  template <class Scalar>
  void compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value, Workspace&) const;

 private:
  FactorPlaces places_;
};

}  // namespace gossamer
