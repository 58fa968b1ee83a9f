#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compression/random_k.hpp"
#include "tests/sim/compression/vectors.hpp"

// The inequalities and laws in the compressors' headers.
namespace gossamer {
namespace {

using namespace testing;
using Integer = std::int64_t;

/// Mean and standard error of independent numbers.
struct Estimate {
  double mean = 0, error = 0;
};
template <class F>
Estimate estimate(int times, F f) {
  double sum = 0, squares = 0;
  for (int k = 0; k < times; ++k) {
    const double x = f(static_cast<std::uint64_t>(k));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / times;
  return {mean, std::sqrt(std::max(0.0, squares / times - mean * mean) / times)};
}

/// ‖Q(v) − v‖², which many encodings estimate.
template <class Scalar>
Estimate variance(const Codec& codec, const std::vector<Scalar>& v, int times) {
  return estimate(times, [&](std::uint64_t k) { return squared_distance(sent(codec, v, draws_of(k), v).x, v); });
}

/// A right law is off by four standard errors once in 16,000 seeds.
bool agrees(const Estimate& seen, double expected) {
  return std::abs(seen.mean - expected) <= 4 * seen.error + 1e-9 * std::abs(expected);
}

/// Σ_k Δ² f_k (1 − f_k), the variance of rounding to multiples of Δ at random.
double rounding_variance(const std::vector<double>& v, double unit) {
  double sum = 0;
  for (const double x : v) {
    const double f = std::abs(x) / unit - std::floor(std::abs(x) / unit);
    sum += unit * unit * f * (1 - f);
  }
  return sum;
}

double largest(const std::vector<double>& v) {
  double result = 0;
  for (const double x : v) result = std::max(result, std::abs(x));
  return result;
}

double norm1_of(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += std::abs(x);
  return sum;
}

TEST_CASE("Random rounding to levels has the variance Σ Δ² f (1 − f)") {
  constexpr int times = 4000;
  const std::vector<double> v = normal_vector<double>(100);
  for (const Integer bits : {1, 2, 4, 8}) {
    const double unit = largest(v) / static_cast<double>(1 << (bits - 1));
    CHECK(agrees(variance(*made("infinity_norm", {{"bits", bits}}).codec, v, times), rounding_variance(v, unit)));
  }
  for (const Integer levels : {1, 4, 16}) {
    const double unit = std::sqrt(squared_norm(v)) / static_cast<double>(levels);
    CHECK(agrees(variance(*made("qsgd", {{"levels", levels}}).codec, v, times), rounding_variance(v, unit)));
  }
  CHECK(agrees(variance(*made("terngrad").codec, v, times), largest(v) * norm1_of(v) - squared_norm(v)));
  double natural = 0;
  for (const double x : v) natural += rounding_variance({x}, std::exp2(std::floor(std::log2(std::abs(x)))));
  CHECK(agrees(variance(*made("natural").codec, v, times), natural));
}

TEST_CASE("Random-k has the variance (1 − k/d) ‖v‖², or (d/k − 1) ‖v‖² where it is unbiased") {
  constexpr int times = 8000;
  const std::vector<double> v = normal_vector<double>(40);
  const Kind biased = made("random_k", {{"k", Integer{10}}});
  const Kind unbiased = made("random_k", {{"k", Integer{10}}, {"unbiased", true}});
  CHECK(agrees(variance(*biased.codec, v, times), (1 - 0.25) * squared_norm(v)));
  CHECK(agrees(variance(*unbiased.codec, v, times), (4 - 1) * squared_norm(v)));
}

TEST_CASE("Random-k draws every set of k equally often") {
  constexpr int times = 20'000;
  constexpr double sets = 10;  // 2 of 5
  const Kind kind = made("random_k", {{"k", Integer{2}}});
  const std::vector<double> ones(5, 1.0);
  std::vector<double> count(32);
  for (int t = 0; t < times; ++t) {
    const auto x = sent(*kind.codec, ones, draws_of(static_cast<std::uint64_t>(t))).x;
    std::size_t set = 0;
    for (std::size_t k = 0; k < 5; ++k) set |= (x[k] != 0 ? 1U : 0U) << k;
    ++count[set];
  }
  double chi_square = 0, seen = 0;
  for (const double c : count) {
    if (c == 0) continue;
    ++seen;
    chi_square += (c - times / sets) * (c - times / sets) / (times / sets);
  }
  CHECK(seen == sets);
  CHECK(chi_square < 33.7);  // of 9 degrees of freedom: exceeded once in 10,000
}

TEST_CASE("Random gossip sends everything with probability p, and else nothing, without a byte") {
  constexpr int times = 4000;
  const std::vector<float> v = normal_vector<float>(20);
  const Kind kind = made("random_gossip", {{"probability", 0.3}});
  const Estimate bytes = estimate(times, [&](std::uint64_t k) {
    const auto message = sent(*kind.codec, v, draws_of(k));
    CHECK(message.x == (message.size.wire > 0 ? v : std::vector<float>(20)));
    return static_cast<double>(message.size.wire);
  });
  CHECK(agrees(bytes, kind.codec->bits(20).nominal / 8));
  CHECK(agrees(variance(*kind.codec, v, times), 0.7 * squared_norm(v)));
}

TEST_CASE("Scaled signs are off by (1 − ‖v‖₁² / (d ‖v‖₂²)) ‖v‖² exactly") {
  for (auto v : {normal_vector<double>(37), std::vector<double>{0, 0, 2, -1}, std::vector<double>(9, -3.0)}) {
    const double expected = squared_norm(v) - norm1_of(v) * norm1_of(v) / static_cast<double>(v.size());
    CHECK(std::abs(squared_distance(sent(*made("scaled_sign").codec, v, draws_of(0)).x, v) - expected) < 1e-12);
  }
}

/// Checks that the mean of every coordinate is within five standard errors. With four, one of 100 coordinates would
/// exceed the limit once in 160 seeds.
template <class Scalar>
void check_unbiased(const Kind& kind, const std::vector<Scalar>& v, const std::vector<Scalar>& near) {
  constexpr int times = 4000;
  std::vector<double> sum(v.size()), squares(v.size());
  for (int t = 0; t < times; ++t) {
    const auto x = sent(*kind.codec, v, draws_of(static_cast<std::uint64_t>(t), 5), near).x;
    for (std::size_t k = 0; k < v.size(); ++k) {
      const double error = static_cast<double>(x[k]) - static_cast<double>(v[k]);
      sum[k] += error;
      squares[k] += error * error;
    }
  }
  for (std::size_t k = 0; k < v.size(); ++k)
    CHECK(std::abs(sum[k] / times) <= 5 * std::sqrt(squares[k]) / times + 1e-6 * std::abs(static_cast<double>(v[k])));
}

TEST_CASE("Unbiased compressors are unbiased, coordinate by coordinate, in both scalar types") {
  for (const Kind& kind :
       {made("infinity_norm"), made("infinity_norm", {{"bits", Integer{1}}, {"block_size", Integer{9}}}), made("qsgd"),
        made("terngrad"), made("natural"), made("lattice", {{"side", 0.7}}),
        made("random_k", {{"k", Integer{25}}, {"unbiased", true}})}) {
    CAPTURE(kind.name);
    const auto v = normal_vector<double>(100);
    check_unbiased(kind, v, v);
    const auto w = normal_vector<float>(100);
    check_unbiased(kind, w, w);
  }
}

/// The share of ‖v‖² that a compressor promises to be off by at most, on average.
double promised(const Kind& kind, double d, double kept_or_levels) {
  const double r = kept_or_levels;
  if (kind.name == "top_k" || kind.name == "random_k") return 1 - r / d;
  if (kind.name == "infinity_norm") return std::min(d, 512.0) / std::pow(4, r);
  if (kind.name == "natural") return 1.0 / 8;
  if (kind.name == "scaled_sign") return 1 - 1 / d;
  return std::min(d / (r * r), std::sqrt(d) / r);  // QSGD
}

TEST_CASE("Promised inequalities hold on vectors that are hard, within four standard errors of chance") {
  constexpr int times = 60;
  for (const auto& v : hard_vectors<float>()) {  // their squares are numbers in double
    if (v.size() > 600) continue;
    const auto d = static_cast<double>(v.size());
    const double square = squared_norm(v);
    if (square == 0) continue;
    const double kept = std::ceil(0.1 * d);
    // Multiples of a unit that is no normal number are rounded to the smallest number there is.
    const double least = std::numeric_limits<float>::denorm_min(), rounding = 1e-6 * square + d * least * least;
    const std::vector<std::pair<Kind, double>> all{{made("top_k", {{"fraction", 0.1}}), kept},
                                                   {made("random_k", {{"fraction", 0.1}}), kept},
                                                   {made("infinity_norm", {{"bits", Integer{3}}}), 3.0},
                                                   {made("natural"), 0.0},
                                                   {made("scaled_sign"), 0.0},
                                                   {made("qsgd", {{"levels", Integer{4}}}), 4.0}};
    for (const auto& [compressor, parameter] : all) {
      const Kind& kind = compressor;  // clang captures no bindings
      CAPTURE(kind.name);
      CAPTURE(v.size());
      if (kind.name == "natural" && square < 1e-70) continue;  // no normal numbers
      const Estimate seen = variance(*kind.codec, v, times);
      CHECK(seen.mean <= promised(kind, d, parameter) * square + rounding + 4 * seen.error);
    }
    const double tau = 1 + std::min(d / 16, std::sqrt(d) / 4);
    const Estimate rescaled = variance(*made("qsgd", {{"levels", Integer{4}}, {"rescaled", true}}).codec, v, times);
    CHECK(rescaled.mean <= (1 - 1 / tau) * square + rounding + 4 * rescaled.error);
  }
}

/// The bound that a compressor declares of vectors of that length; −1 if there is none.
double declared(const Kind& kind, std::size_t d) {
  const auto* const bounded = dynamic_cast<const RelativeErrorBound*>(kind.codec.get());
  REQUIRE(bounded);
  const auto error = bounded->relative_error(static_cast<Index>(d));
  return error ? error->factor : -1;
}

TEST_CASE("Declared relative errors hold on vectors that are hard, within four standard errors of chance") {
  constexpr int times = 60;
  for (const auto& v : hard_vectors<float>()) {
    const double square = squared_norm(v);
    if (v.size() > 600 || square < 1e-70) continue;  // smaller ones are rounded to denormal numbers
    for (const Kind& kind : kinds()) {
      CAPTURE(kind.name);
      CAPTURE(v.size());
      const double factor = declared(kind, v.size());
      if (kind.name == "lattice") CHECK(factor == -1);
      if (factor < 0) continue;
      const Estimate seen = variance(*kind.codec, v, times);
      CHECK(seen.mean <= (factor + 1e-6) * square + 4 * seen.error);
    }
  }
}

TEST_CASE("Some vectors are off by the declared relative error") {
  constexpr std::size_t d = 9;
  const std::vector<double> equal(d, -2.0);
  std::vector<double> first(d, 0.0), uneven(d, 1 / (std::sqrt(9.0) + 1));
  first[0] = 3;
  uneven[0] = 1;
  const auto share = [](const Kind& kind, const std::vector<double>& v, int times) {
    Estimate seen = variance(*kind.codec, v, times);
    return Estimate{seen.mean / squared_norm(v), seen.error / squared_norm(v)};
  };
  CHECK(agrees(share(made("identity"), uneven, 1), declared(made("identity"), d)));
  CHECK(agrees(share(made("top_k", {{"k", Integer{4}}}), equal, 1), 5.0 / 9));
  CHECK(declared(made("top_k", {{"k", Integer{4}}}), d) == doctest::Approx(5.0 / 9));
  CHECK(declared(made("top_k", {{"k", Integer{4}}}), 2) == 0);
  CHECK(agrees(share(made("scaled_sign"), first, 1), declared(made("scaled_sign"), d)));
  CHECK(declared(made("terngrad"), d) == 1);
  CHECK(agrees(share(made("terngrad"), uneven, 4000), 1));
  CHECK(agrees(share(made("random_k", {{"k", Integer{3}}, {"unbiased", true}}), uneven, 4000), 2));
  CHECK(declared(made("random_k", {{"k", Integer{3}}, {"unbiased", true}}), d) == doctest::Approx(2));
  CHECK(agrees(share(made("random_gossip", {{"probability", 0.3}}), uneven, 4000), 0.7));
  CHECK(declared(made("random_gossip", {{"probability", 0.3}}), d) == doctest::Approx(0.7));
  // A number of 4/3 is rounded to 1 or 2: the error of f = 1/3 is 1/3 · 2/3, an eighth of 16/9.
  CHECK(agrees(share(made("natural"), std::vector<double>(d, 4.0 / 3), 4000), declared(made("natural"), d)));
}

TEST_CASE("Top-k keeps the k largest magnitudes as they are, of equal ones the first") {
  for (const auto& v : hard_vectors<float>()) {
    const auto k = std::min<std::size_t>(3, v.size());
    std::vector<std::size_t> order(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return std::abs(v[a]) > std::abs(v[b]); });
    std::vector<float> expected(v.size());
    for (std::size_t i = 0; i < k; ++i) expected[order[i]] = v[order[i]];
    CHECK(sent(*made("top_k", {{"k", Integer{3}}}).codec, v, draws_of(0)).x == expected);
  }
}

TEST_CASE("Numbers too small for a normal exponent are not biased by natural compression") {
  const float least = std::numeric_limits<float>::min();
  const std::vector<float> v{least / 4, -least / 8, 3 * least / 4, 1.5F * least};
  check_unbiased(made("natural"), v, {});
  for (const float x : sent(*made("natural").codec, v, draws_of(1)).x) CHECK((x == 0 || std::abs(x) >= least));
}

}  // namespace
}  // namespace gossamer
