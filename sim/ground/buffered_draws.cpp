#include "sim/ground/buffered_draws.hpp"

#include <algorithm>
#include <cstdint>

#include <boost/random/normal_distribution.hpp>

namespace gossamer {
namespace {

constexpr std::size_t values_at_once = BufferedDraws::most_ahead / 2;

/// The first step of Boost's ziggurat for several values, with the two words of each: 8 bits choose a sign and a strip,
/// 53 bits a point in it. The step is the last one if the point lies inside of the next strip, which holds for 98 of
/// 100 values. Returns the number of values before the first one that needs more steps.
std::size_t first_steps(const std::uint32_t* words, double* values) {
  const double* const edges = boost::random::detail::normal_table<double>::table_x;
  std::array<std::uint32_t, values_at_once> inside;
  std::uint32_t all_inside = 1;
#pragma omp simd reduction(& : all_inside)
  for (std::size_t k = 0; k < values_at_once; ++k) {
    const std::uint32_t first = words[2 * k], second = words[2 * k + 1];
    const auto strip = static_cast<std::int32_t>(first >> 1 & 127U);
    const auto sign = static_cast<double>(static_cast<std::int32_t>(first & 1U) * 2 - 1);
    const double low = static_cast<double>(static_cast<std::int32_t>(first >> 8)) * 0x1p-24;
    const double high = static_cast<double>(static_cast<std::int32_t>(second & 0x1FFFFFFFU));
    const double x = (high + low) * 0x1p-29 * edges[strip];
    values[k] = x * sign;
    inside[k] = x < edges[strip + 1] ? 1U : 0U;
    all_inside &= inside[k];
  }
  if (all_inside == 1) return values_at_once;
  return static_cast<std::size_t>(std::find(inside.begin(), inside.end(), 0U) - inside.begin());
}

}  // namespace

void BufferedDraws::refill() {
  const auto rest = std::copy(words_.begin() + static_cast<std::ptrdiff_t>(next_),
                              words_.begin() + static_cast<std::ptrdiff_t>(end_), words_.begin());
  draws_.fill({rest, at_once});
  end_ = static_cast<std::size_t>(rest - words_.begin()) + at_once;
  next_ = 0;
}

void fill_standard_normal(BufferedDraws& draws, std::span<double> values) {
  boost::random::normal_distribution<double> normal;
  while (values.size() >= values_at_once) {
    const std::size_t done = first_steps(draws.ahead(), values.data());
    draws.skip(2 * done);
    values = values.subspan(done);
    if (done == values_at_once) continue;
    values.front() = normal(draws);
    values = values.subspan(1);
  }
  for (double& value : values) value = normal(draws);
}

}  // namespace gossamer
