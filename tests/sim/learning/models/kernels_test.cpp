#include "sim/learning/models/kernels.hpp"

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "tests/sim/learning/random_data.hpp"

using namespace gossamer;

namespace {

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

template <class Scalar>
constexpr double unit_roundoff = static_cast<double>(std::numeric_limits<Scalar>::epsilon()) / 2;

/// One sample per column, and pointers to them in reverse order, so that nothing is contiguous by chance.
template <class Scalar>
struct Rows {
  explicit Rows(const Matrix<Scalar>& columns) {
    for (Index b = columns.cols() - 1; b >= 0; --b) pointers.push_back(columns.data() + b * columns.rows());
    length = columns.rows();
  }
  RowList<Scalar> list() const { return {pointers, length}; }
  std::vector<const Scalar*> pointers;
  Index length = 0;
};

/// Any sum of `terms` products, in any order, fused or not, differs from the exact one by at most
/// γ = terms · u / (1 − terms · u) of the sum of magnitudes (Higham, "Accuracy and stability of numerical algorithms",
/// section 3.1).
template <class Scalar>
double bound(Index terms, double magnitudes) {
  const double tu = static_cast<double>(terms) * unit_roundoff<Scalar>;
  return tu / (1 - tu) * magnitudes;
}

template <class Scalar>
void check_products(Index rows, Index units, Index length) {
  const Matrix<Scalar> a = random_matrix(length, rows, 1).cast<Scalar>();
  const Matrix<Scalar> w = random_matrix(length, units, 2).cast<Scalar>();
  const Matrix<Scalar> c = random_matrix(units, 1, 3).cast<Scalar>();
  Matrix<Scalar> z = Matrix<Scalar>::Constant(units, rows, std::numeric_limits<Scalar>::quiet_NaN());
  inner_products<Scalar>(Rows<Scalar>{a}.list(), w.data(), c.data(), units, {z.data(), 1, units});
  const Eigen::MatrixXd a_exact = a.template cast<double>().rowwise().reverse(), w_exact = w.template cast<double>();
  const Eigen::MatrixXd expected = (w_exact.transpose() * a_exact).colwise() + c.template cast<double>().col(0);
  const Eigen::MatrixXd magnitudes =
      (w_exact.cwiseAbs().transpose() * a_exact.cwiseAbs()).colwise() + c.template cast<double>().cwiseAbs().col(0);
  for (Index b = 0; b < rows; ++b)
    for (Index u = 0; u < units; ++u)
      REQUIRE(std::abs(static_cast<double>(z(u, b)) - expected(u, b)) <= bound<Scalar>(length + 1, magnitudes(u, b)));
}

template <class Scalar>
void check_sums(Index rows, Index units, Index length, Scalar decay) {
  const Matrix<Scalar> a = random_matrix(length, rows, 1).cast<Scalar>();
  const Matrix<Scalar> w = random_matrix(length, units, 2).cast<Scalar>();
  const Matrix<Scalar> c = random_matrix(units, rows, 3).cast<Scalar>();
  Matrix<Scalar> g = Matrix<Scalar>::Constant(length, units, std::numeric_limits<Scalar>::quiet_NaN());
  weighted_sums<Scalar>(Rows<Scalar>{a}.list(), {c.data(), 1, units}, decay, w.data(), units, g.data());
  const Eigen::MatrixXd a_exact = a.template cast<double>().rowwise().reverse(), c_exact = c.template cast<double>();
  const Eigen::MatrixXd w_exact = static_cast<double>(decay) * w.template cast<double>();
  const Eigen::MatrixXd expected = a_exact * c_exact.transpose() + w_exact;
  const Eigen::MatrixXd magnitudes = a_exact.cwiseAbs() * c_exact.cwiseAbs().transpose() + w_exact.cwiseAbs();
  for (Index k = 0; k < length; ++k)
    for (Index u = 0; u < units; ++u)
      REQUIRE(std::abs(static_cast<double>(g(k, u)) - expected(k, u)) <= bound<Scalar>(rows + 2, magnitudes(k, u)));
}

}  // namespace

TEST_CASE_TEMPLATE("Inner products agree with exact ones to the rounding of their sums, whatever the shape", Scalar,
                   float, double) {
  for (const Index length : {1, 3, 7, 8, 15, 16, 17, 31, 64, 123, 784})
    for (const Index rows : {1, 2, 3, 4, 5, 9, 32})
      for (const Index units : {1, 2, 3, 4, 5, 6, 10, 11}) check_products<Scalar>(rows, units, length);
}

TEST_CASE_TEMPLATE("Weighted sums agree with exact ones to the rounding of their sums, whatever the shape", Scalar,
                   float, double) {
  for (const Index length : {1, 3, 7, 8, 15, 16, 17, 31, 64, 123, 500, 784})
    for (const Index rows : {1, 2, 5, 32})
      for (const Index units : {1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 17}) {
        check_sums<Scalar>(rows, units, length, Scalar{0});
        check_sums<Scalar>(rows, units, length, Scalar{0.25});
      }
}

TEST_CASE("Weighted sums do not read the weights without decay") {
  const std::vector<double> a(20, 1.0);
  const std::vector<const double*> rows{a.data()};
  const double c = 2;
  std::vector<double> g(20);
  weighted_sums<double>({rows, 20}, {&c, 1, 1}, 0, nullptr, 1, g.data());
  for (const double element : g) CHECK(element == 2);
}

TEST_CASE_TEMPLATE("exp is exact to four units in the last place over its whole range", Scalar, float, double) {
  // The series adds at most a unit, its rounded reduction less than one, and each of the last two operations half a
  // one.
  const double lowest = std::is_same_v<Scalar, float> ? -87 : -708;
  std::vector<Scalar> x;
  for (int k = 0; k <= 10'007; ++k) x.push_back(static_cast<Scalar>(lowest * k / 10'007));
  std::vector<Scalar> values = x;
  exponentials<Scalar>(values);
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double exact = std::exp(static_cast<double>(x[k]));
    REQUIRE(std::abs(static_cast<double>(values[k]) - exact) <= 8 * unit_roundoff<Scalar> * exact);
  }
  CHECK(values[0] == 1);
}

TEST_CASE_TEMPLATE("exp below the lowest argument is exp of the lowest, and exp of NaN is NaN", Scalar, float, double) {
  const Scalar lowest = std::is_same_v<Scalar, float> ? Scalar{-87} : Scalar{-708};
  std::vector<Scalar> x{lowest, -std::numeric_limits<Scalar>::infinity(), std::numeric_limits<Scalar>::quiet_NaN()};
  exponentials<Scalar>(x);
  CHECK(x[0] == x[1]);
  CHECK(static_cast<double>(x[0]) < 1e-37);
  CHECK(std::isnan(x[2]));
}

TEST_CASE_TEMPLATE("Softmax residuals are probabilities less the label's indicator, and sum to zero", Scalar, float,
                   double) {
  constexpr Index classes = 7, samples = 21, stride = 32;
  Eigen::MatrixXd logits = Eigen::MatrixXd::Zero(stride, classes);
  logits.topRows(samples) = 5 * random_matrix(samples, classes, 4);
  Matrix<Scalar> z = logits.cast<Scalar>();
  logits = z.template cast<double>();
  std::vector<std::int32_t> labels;
  for (Index b = 0; b < samples; ++b) labels.push_back(static_cast<std::int32_t>(b % classes));
  softmax_residuals<Scalar>(z.data(), classes, stride, labels, Scalar{0.5});
  for (Index b = 0; b < samples; ++b) {
    const Eigen::VectorXd e = logits.row(b).array().exp();
    // The difference of two logits is rounded: its error, at most u · 40 here, is what exp amplifies most.
    const double tolerance = 64 * unit_roundoff<Scalar>;
    for (Index u = 0; u < classes; ++u) {
      const double expected = 0.5 * (e[u] / e.sum() - (u == labels[static_cast<std::size_t>(b)] ? 1 : 0));
      CHECK(std::abs(static_cast<double>(z(b, u)) - expected) <= tolerance);
    }
    CHECK(std::abs(static_cast<double>(z.row(b).sum())) <= classes * tolerance);
  }
}

TEST_CASE("Softmax residuals do not overflow if logits are huge") {
  std::vector<double> z(32, 0.0);
  z[0] = 1e300;
  z[16] = -1e300;
  const std::vector<std::int32_t> labels{1};
  softmax_residuals<double>(z.data(), 2, 16, labels, 1.0);
  CHECK(z[0] == 1);
  CHECK(z[16] == doctest::Approx(-1));
}
