#include "sim/numerics/summaries/random_projection.hpp"

#include <cmath>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

class RandomProjection final : public SummaryOf<RandomProjection> {
 public:
  explicit RandomProjection(std::uint64_t seed) : seed_{seed} {}

  std::size_t size() const override { return 2; }

  template <class Scalar>
  void numbers_of(std::span<const std::span<const Scalar>> vectors, std::span<double> numbers) const {
    Draws draws{seed_, Purpose::sketch, 0, 1};
    double square = 0, product = 0, length = 0;
    for (const Scalar x : vectors[0]) {
      const double direction = standard_normal(draws);
      square += static_cast<double>(x) * static_cast<double>(x);
      product += direction * static_cast<double>(x);
      length += direction * direction;
    }
    numbers[0] = square;
    numbers[1] = product / std::sqrt(length);
  }

 private:
  std::uint64_t seed_;
};

}  // namespace

std::shared_ptr<const VectorSummary> random_projection_summary(std::uint64_t seed) {
  return std::make_shared<const RandomProjection>(seed);
}

}  // namespace gossamer
