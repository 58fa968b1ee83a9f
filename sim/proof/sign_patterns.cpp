#include "sim/proof/sign_patterns.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/proof/proof_error.hpp"

namespace gossamer {
namespace {

using Bits = std::uint32_t;

constexpr Index most_bits = 10;
constexpr double rounding = 1e-12;

double sign(Bits node, Bits column) { return std::popcount(node & column) % 2 == 0 ? 1 : -1; }

/// The columns that get the given eigenvalues, and the eigenvalues of all columns.
struct Assignment {
  std::vector<Bits> columns;
  Eigen::VectorXd eigenvalues;
};

/// Columns 1, 2, …, r of the fewest nodes; the others get the middle of the interval.
Assignment in_order(const Eigen::VectorXd& eigenvalues, const SpectrumInterval& interval) {
  const auto r = static_cast<Bits>(eigenvalues.size());
  const Bits n = std::bit_ceil(std::max<Bits>(r + 1, 2));
  Assignment result{.columns = {},
                    .eigenvalues = Eigen::VectorXd::Constant(n, (interval.least + interval.largest) / 2)};
  result.eigenvalues[0] = 1;
  for (Bits c = 1; c <= r; ++c) {
    result.columns.push_back(c);
    result.eigenvalues[c] = eigenvalues[c - 1];
  }
  return result;
}

/// Columns 1, 2, 4, …; a column of several bits gets a + (1 − a) Π (λ_c − a)/(1 − a), with a = max(l, 0).
Assignment by_products(const Eigen::VectorXd& eigenvalues, const SpectrumInterval& interval) {
  const double kept = std::max(interval.least, 0.0);
  const Index r = eigenvalues.size();
  Assignment result{.columns = {}, .eigenvalues = Eigen::VectorXd(Index{1} << r)};
  for (Index column = 0; column < result.eigenvalues.size(); ++column) {
    double product = 1;
    for (Index c = 0; c < r; ++c)
      if ((column >> c & 1) != 0) product *= (eigenvalues[c] - kept) / (1 - kept);
    result.eigenvalues[column] = kept + (1 - kept) * product;
  }
  for (Index c = 0; c < r; ++c) result.columns.push_back(Bits{1} << c);
  return result;
}

/// w(0), …, w(n − 1), without the signs of rounding errors; empty if one is negative, or an eigenvalue is out of the interval.
std::optional<Eigen::VectorXd> weights(const Assignment& assignment, const SpectrumInterval& interval) {
  const Eigen::VectorXd& eigenvalues = assignment.eigenvalues;
  const Index n = eigenvalues.size();
  const auto others = eigenvalues.tail(n - 1);
  if (others.minCoeff() < interval.least - rounding || others.maxCoeff() > interval.largest + rounding)
    return std::nullopt;
  Eigen::VectorXd result(n);
  for (Index node = 0; node < n; ++node) {
    double sum = 0;
    for (Index column = 0; column < n; ++column)
      sum += eigenvalues[column] * sign(static_cast<Bits>(node), static_cast<Bits>(column));
    result[node] = sum / static_cast<double>(n);
  }
  if (result.minCoeff() < -rounding) return std::nullopt;
  return (result.array() < rounding).select(0.0, result.array());
}

SignedMixing mixing_of(const Assignment& assignment, const Eigen::VectorXd& w) {
  const Index n = w.size();
  SignedMixing result{.W = Eigen::MatrixXd(n, n),
                      .signs = Eigen::MatrixXd(n, static_cast<Index>(assignment.columns.size()))};
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) result.W(i, j) = w[i ^ j] / w.sum();
    for (Index c = 0; c < result.signs.cols(); ++c)
      result.signs(i, c) = sign(static_cast<Bits>(i), assignment.columns[static_cast<std::size_t>(c)]);
  }
  return result;
}

}  // namespace

SignedMixing signed_mixing(const Eigen::VectorXd& eigenvalues, const SpectrumInterval& interval) {
  if (eigenvalues.size() < Index{1} << most_bits) {
    const Assignment fewest = in_order(eigenvalues, interval);
    if (const auto w = weights(fewest, interval)) return mixing_of(fewest, *w);
  }
  if (eigenvalues.size() <= most_bits) {
    const Assignment independent = by_products(eigenvalues, interval);
    if (const auto w = weights(independent, interval)) return mixing_of(independent, *w);
  }
  throw ProofError{"a W with the eigenvalues of this worst case needs negative weights, which no run allows"};
}

}  // namespace gossamer
