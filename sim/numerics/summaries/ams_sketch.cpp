#include "sim/numerics/summaries/ams_sketch.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;

std::uint64_t product_modulo(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  const std::uint64_t sum = static_cast<std::uint64_t>(product & prime) + static_cast<std::uint64_t>(product >> 61);
  return sum >= prime ? sum - prime : sum;
}

std::uint64_t sum_modulo(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t sum = a + b;
  return sum >= prime ? sum - prime : sum;
}

/// A polynomial of degree `size − 1` modulo 2⁶¹ − 1.
template <std::size_t size>
class Hash {
 public:
  explicit Hash(Draws& draws) {
    for (std::uint64_t& c : coefficients_) {
      const std::uint64_t high = draws();
      c = (high << 32 | draws()) % prime;
    }
  }
  std::uint64_t operator()(std::uint64_t x) const {
    std::uint64_t value = 0;
    for (const std::uint64_t c : coefficients_) value = sum_modulo(product_modulo(value, x), c);
    return value;
  }

 private:
  std::array<std::uint64_t, size> coefficients_{};
};

struct Row {
  explicit Row(Draws& draws) : bucket{draws}, sign{draws} {}
  Hash<2> bucket;
  Hash<4> sign;
};

class SketchSummary final : public SummaryOf<SketchSummary> {
 public:
  explicit SketchSummary(const AmsSketch& sketch) : sketch_{sketch} {
    Draws draws{sketch.seed, Purpose::sketch};
    for (std::size_t r = 0; r < sketch.rows; ++r) rows_.emplace_back(draws);
  }

  std::size_t size() const override { return 1 + sketch_.rows * sketch_.buckets; }

  template <class Scalar>
  void numbers_of(std::span<const std::span<const Scalar>> vectors, std::span<double> numbers) const {
    const std::span<const Scalar> v = vectors[0];
    std::fill(numbers.begin(), numbers.end(), 0.0);
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      const std::span<double> buckets = numbers.subspan(1 + r * sketch_.buckets, sketch_.buckets);
      for (std::size_t k = 0; k < v.size(); ++k) {
        const bool negative = (rows_[r].sign(k + 1) & 1) != 0;
        buckets[rows_[r].bucket(k + 1) % sketch_.buckets] += negative ? -static_cast<double>(v[k]) : v[k];
      }
    }
    for (const Scalar x : v) numbers[0] += static_cast<double>(x) * static_cast<double>(x);
  }

 private:
  AmsSketch sketch_;
  std::vector<Row> rows_;
};

}  // namespace

std::shared_ptr<const VectorSummary> sketch_summary(const AmsSketch& sketch) {
  return std::make_shared<const SketchSummary>(sketch);
}

double estimated_square(const AmsSketch& sketch, std::span<const double> numbers) {
  std::vector<double> squares;
  for (std::size_t r = 0; r < sketch.rows; ++r) {
    double square = 0;
    for (const double x : numbers.subspan(1 + r * sketch.buckets, sketch.buckets)) square += x * x;
    squares.push_back(square);
  }
  const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
  std::nth_element(squares.begin(), middle, squares.end());
  if (squares.size() % 2 == 1) return *middle;
  return (*std::max_element(squares.begin(), middle) + *middle) / 2;
}

}  // namespace gossamer
