#include "sim/compression/lattice.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/numerics/executor.hpp"
#include "tests/sim/compression/vectors.hpp"

namespace gossamer {
namespace {

using namespace testing;

constexpr double side = 0.01;

/// v, off by `distance` in every coordinate, up or down.
std::vector<double> near(std::vector<double> v, double distance) {
  Draws draws{11, Purpose::objective};
  for (double& x : v) x += draws.below(2) == 0 ? distance : -distance;
  return v;
}

/// The share of coordinates that are off by more than half a side.
double failures(const Lattice& codec, const std::vector<double>& v, double distance, double color_width) {
  const auto x = sent(codec, v, draws_of(1), near(v, distance)).x;
  double count = 0;
  for (std::size_t k = 0; k < v.size(); ++k) {
    const double error = std::abs(x[k] - v[k]);
    if (error <= side / 2 * (1 + 1e-9)) continue;
    ++count;
    CHECK(std::abs(error - color_width) <= side / 2 * (1 + 1e-9));  // one color's width off, for distances this small
  }
  return count / static_cast<double>(v.size());
}

TEST_CASE("Coordinates farther apart than (q − 1)s/2 are misread with probability δ/s − (q − 1)/2, closer ones never") {
  constexpr std::size_t d = 100'000;
  const std::vector<double> v = normal_vector<double>(d);
  for (const auto& [colors, factor, expected] :
       {std::tuple{8, 1.05, 0.175}, {8, 1.2, 0.7}, {8, 1.3, 1.0}, {16, 1.05, 0.375}, {8, 1.0, 0.0}, {256, 0.99, 0.0}}) {
    const Lattice codec{{.colors = colors, .side = side}};
    const double distance = factor * (1 - 1e-9) * (colors - 1) * side / 2;
    const double error = std::sqrt(expected * (1 - expected) / d);
    CHECK(std::abs(failures(codec, v, distance, colors * side) - expected) <= 4 * error + 1e-6);
    if (factor <= 1) CHECK(failures(codec, v, distance, colors * side) == 0);
  }
}

TEST_CASE("For any vector the dithered error is uniform on a side, with variance s²/12") {
  constexpr std::size_t d = 50'000;
  const Lattice codec{{.colors = 256, .side = side}};
  for (const double offset : {0.0, 0.3, 0.5}) {  // the place within a side
    const std::vector<double> v(d, side * (17 + offset));
    std::vector<double> error = sent(codec, v, draws_of(3), v).x;
    double squares = 0;
    for (double& e : error) {
      e = (e - side * (17 + offset)) / side;
      squares += e * e;
    }
    // The fourth moment of a uniform error is 1/80.
    CHECK(std::abs(squares / d - 1.0 / 12) <= 4 * std::sqrt((1.0 / 80 - 1.0 / 144) / d));
    std::sort(error.begin(), error.end());
    double distance = 0;  // of Kolmogorov and Smirnov
    for (std::size_t k = 0; k < d; ++k)
      distance = std::max(distance, std::abs(error[k] + 0.5 - (static_cast<double>(k) + 0.5) / d));
    CHECK(distance <= 2.2 / std::sqrt(d));  // exceeded once in 8000
  }
}

TEST_CASE("Without dither the nearest multiple of the side is sent") {
  const Lattice codec{{.colors = 16, .side = side, .dither = false}};
  const std::vector<double> v = normal_vector<double>(1000);
  const auto x = sent(codec, v, draws_of(1), near(v, 0.9 * 15 * side / 2)).x;
  for (std::size_t k = 0; k < v.size(); ++k) CHECK(std::abs(x[k] - side * std::round(v[k] / side)) < 1e-12);
}

TEST_CASE("The side follows from y_max, and up to there all is read") {
  const Lattice codec{{.colors = 256, .y_max = 0.5}};
  CHECK(codec.side() == 2 * 0.5 / 255);
  const std::vector<double> v = normal_vector<double>(10'000);
  const auto x = sent(codec, v, draws_of(1), near(v, 0.5 * (1 - 1e-12))).x;
  for (std::size_t k = 0; k < v.size(); ++k) CHECK(std::abs(x[k] - v[k]) <= codec.side() / 2 * (1 + 1e-9));
}

TEST_CASE("With a hash the receiver finds that it has misread, and keeps its own vector") {
  const Lattice codec{{.colors = 8, .side = side, .hash = true}};
  CHECK(codec.detects_failures());
  const std::vector<double> v = normal_vector<double>(5000);
  const auto close = sent(codec, v, draws_of(1), near(v, 3.4 * side));
  CHECK(close.decoded);
  CHECK(squared_distance(close.x, v) <= 5000 * side * side / 4);
  for (std::size_t wrong = 0; wrong < 200; ++wrong) {  // one coordinate alone is found
    std::vector<double> theirs = v;
    theirs[25 * wrong] += (wrong % 2 == 0 ? 1 : -3) * 8 * side;
    const auto message = sent(codec, v, draws_of(wrong), theirs);
    CHECK_FALSE(message.decoded);
    CHECK(message.x == theirs);
  }
}

class NoGradient final : public Objective<double> {
 public:
  Index dimension() const override { return 100; }
  void gradient(NodeId, std::uint64_t, const double*, double*, Workspace&) const override {}
};

/// The number of misread messages in a plane: of 300 messages those at distance 1, every third.
std::uint64_t misread(int threads, std::size_t window, bool use) {
  const NoGradient objective;
  const Lattice codec{{.colors = 8, .side = side, .hash = true}};
  Executor<double> plane{{.objective = objective,
                          .initial_params = [](NodeId node, double* x) { std::fill_n(x, 100, node == 0 ? 0.0 : 1.0); },
                          .common_initial_params = false,
                          .threads = threads,
                          .window = window}};
  const Params zero = plane.initial_params(0), one = plane.initial_params(1);
  Params sum = zero;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const Params read = plane.decode(codec, plane.encode(codec, zero, draws_of(k)), k % 3 == 0 ? one : zero);
    if (use) sum = sum + read;
  }
  const std::uint64_t failures = plane.decode_failures();
  // A node that misreads keeps its own vector, of ones; a node that reads is off by half a side at most.
  if (use) CHECK(std::abs(plane.values(sum)[0] - static_cast<double>(failures)) <= 200 * side / 2);
  return failures;
}

TEST_CASE("A plane counts failed decodings, at any number of threads, for any window, even if the result is unused") {
  for (const int threads : {1, 2, 3})
    for (const std::size_t window : {1UL, 7UL, 4096UL})
      for (const bool use : {true, false}) CHECK(misread(threads, window, use) == 100);
}

}  // namespace
}  // namespace gossamer
