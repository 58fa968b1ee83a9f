#include "sim/numerics/summaries/inner_products.hpp"

#include <array>

namespace gossamer {
namespace {

/// ⟨u, v⟩ in float64. Eight partial sums hide the latency of additions.
template <class Scalar>
double inner_product(std::span<const Scalar> u, std::span<const Scalar> v) {
  constexpr std::size_t parts = 8;
  std::array<double, parts> sums{};
  std::size_t k = 0;
  for (; k + parts <= u.size(); k += parts)
    for (std::size_t p = 0; p < parts; ++p) sums[p] += static_cast<double>(u[k + p]) * static_cast<double>(v[k + p]);
  double sum = 0;
  for (const double part : sums) sum += part;
  for (; k < u.size(); ++k) sum += static_cast<double>(u[k]) * static_cast<double>(v[k]);
  return sum;
}

class SquaredNormSummary final : public SummaryOf<SquaredNormSummary> {
 public:
  std::size_t size() const override { return 1; }
  template <class Scalar>
  void numbers_of(std::span<const std::span<const Scalar>> vectors, std::span<double> numbers) const {
    numbers[0] = inner_product(vectors[0], vectors[0]);
  }
};

class InnerProductSummary final : public SummaryOf<InnerProductSummary> {
 public:
  std::size_t size() const override { return 2; }
  template <class Scalar>
  void numbers_of(std::span<const std::span<const Scalar>> vectors, std::span<double> numbers) const {
    numbers[0] = inner_product(vectors[0], vectors[0]);
    numbers[1] = inner_product(vectors[0], vectors[1]);
  }
};

}  // namespace

std::shared_ptr<const VectorSummary> squared_norm_summary() {
  static const auto summary = std::make_shared<const SquaredNormSummary>();
  return summary;
}

std::shared_ptr<const VectorSummary> inner_product_summary() {
  static const auto summary = std::make_shared<const InnerProductSummary>();
  return summary;
}

}  // namespace gossamer
