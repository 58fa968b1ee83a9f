#include "sim/numerics/functions/low_rank.hpp"

#include <algorithm>
#include <limits>

#include <Eigen/Core>

namespace gossamer {
namespace {

template <class Scalar>
using FactorMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using Factor = Eigen::Map<FactorMatrix<Scalar>>;
template <class Scalar>
using ConstFactor = Eigen::Map<const FactorMatrix<Scalar>>;

/// The columns of p, each made orthogonal to the ones before. A column that loses all but rounding becomes zero.
template <class Scalar>
void orthonormalize(FactorMatrix<Scalar>& p) {
  constexpr auto rounding = 16 * std::numeric_limits<Scalar>::epsilon();
  for (Index c = 0; c < p.cols(); ++c) {
    const Scalar before = p.col(c).norm();
    for (int pass = 0; pass < 2; ++pass)
      for (Index k = 0; k < c; ++k) p.col(c) -= p.col(k).dot(p.col(c)) * p.col(k);
    const Scalar norm = p.col(c).norm();
    p.col(c) *= norm > rounding * before ? 1 / norm : Scalar{0};
  }
}

}  // namespace

Index FactorPlaces::rank_of(const MatrixPlace& place) const { return std::min({rank, place.rows, place.columns}); }

Index FactorPlaces::left_size() const {
  Index sum = 0;
  for (const MatrixPlace& place : matrices) sum += place.rows * rank_of(place);
  return sum;
}

Index FactorPlaces::right_size() const {
  Index sum = 0;
  for (const MatrixPlace& place : matrices) sum += place.columns * rank_of(place);
  return sum;
}

Index FactorPlaces::size() const {
  Index sum = 0;
  for (const MatrixPlace& place : matrices) sum += place.rows * place.columns;
  return sum;
}

template <class Scalar>
void RandomFactors::compute(std::span<const Scalar* const>, CoordinateRange range, Scalar* value, Workspace&) const {
  std::fill(value + range.begin, value + range.end, Scalar{0});
  Draws draws = draws_;
  for (const MatrixPlace& place : places_.matrices)
    std::generate_n(value + place.begin, place.columns * places_.rank_of(place),
                    [&draws] { return static_cast<Scalar>(standard_normal(draws)); });
}

template <class Scalar>
void LeftFactors::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                          Workspace&) const {
  std::copy(arguments[0] + range.begin, arguments[0] + range.end, value + range.begin);
  for (const MatrixPlace& place : places_.matrices) {
    const Index r = places_.rank_of(place);
    const ConstFactor<Scalar> m{arguments[0] + place.begin, place.rows, place.columns};
    const ConstFactor<Scalar> q{arguments[1] + place.begin, place.columns, r};
    std::fill_n(value + place.begin, m.size(), Scalar{0});
    Factor<Scalar>{value + place.begin, place.rows, r}.noalias() = m * q;
  }
}

template <class Scalar>
void OrthonormalFactors::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                                 Workspace&) const {
  std::copy(arguments[0] + range.begin, arguments[0] + range.end, value + range.begin);
  for (const MatrixPlace& place : places_.matrices) {
    const Index r = places_.rank_of(place);
    FactorMatrix<Scalar> p = ConstFactor<Scalar>{arguments[0] + place.begin, place.rows, r};
    orthonormalize(p);
    Factor<Scalar>{value + place.begin, place.rows, r} = p;
  }
}

template <class Scalar>
void RightFactors::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                           Workspace&) const {
  std::fill(value + range.begin, value + range.end, Scalar{0});
  for (const MatrixPlace& place : places_.matrices) {
    const Index r = places_.rank_of(place);
    const ConstFactor<Scalar> m{arguments[0] + place.begin, place.rows, place.columns};
    const ConstFactor<Scalar> p{arguments[1] + place.begin, place.rows, r};
    Factor<Scalar>{value + place.begin, place.columns, r}.noalias() = m.transpose() * p;
  }
}

template <class Scalar>
void FactorProduct::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                            Workspace&) const {
  std::copy(arguments[0] + range.begin, arguments[0] + range.end, value + range.begin);
  for (const MatrixPlace& place : places_.matrices) {
    const Index r = places_.rank_of(place);
    const ConstFactor<Scalar> p{arguments[0] + place.begin, place.rows, r};
    const ConstFactor<Scalar> q{arguments[1] + place.begin, place.columns, r};
    Factor<Scalar>{value + place.begin, place.rows, place.columns}.noalias() = p * q.transpose();
  }
}

#define GOSSAMER_FACTORS(Function)                                                                           \
  template void Function::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const; \
  template void Function::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;
GOSSAMER_FACTORS(RandomFactors)
GOSSAMER_FACTORS(LeftFactors)
GOSSAMER_FACTORS(OrthonormalFactors)
GOSSAMER_FACTORS(RightFactors)
GOSSAMER_FACTORS(FactorProduct)
#undef GOSSAMER_FACTORS

}  // namespace gossamer
