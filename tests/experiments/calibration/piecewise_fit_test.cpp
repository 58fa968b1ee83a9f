#include "experiments/calibration/piecewise_fit.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

/// A line, and the size up to which it holds.
struct Truth {
  double up_to;
  double latency;
  double bandwidth;
};

/// Four sizes an octave from 1 B to 16 MB, each time multiplied by 1 + noise · z with z standard normal.
std::vector<MessageSample> samples_of(const std::vector<Truth>& lines, double noise, std::uint64_t seed = 1) {
  std::vector<MessageSample> samples;
  Draws draws{seed, Purpose::noise};
  for (double octave = 0; octave <= 24; octave += 0.25) {
    const double size = std::round(std::exp2(octave));
    if (!samples.empty() && samples.back().size == size) continue;
    std::size_t k = 0;
    while (size > lines[k].up_to) ++k;
    samples.push_back({size, (lines[k].latency + size / lines[k].bandwidth) * (1 + noise * standard_normal(draws))});
  }
  return samples;
}

const double endless = std::numeric_limits<double>::infinity();
const std::vector<Truth> tcp{{65536, 1e-3, 1e8}, {endless, 3e-3, 1.2e8}};
const std::vector<Truth> shared_memory{{4096, 2.4e-6, 6e9}, {131072, 3.8e-6, 1.1e10}, {endless, 8e-6, 5e9}};

/// Whether every line is found between the same samples, and within its own interval of confidence. 95 % intervals of
/// up to six parameters miss by chance: three times their width is missed once in 10^5 (Student's t, 20 and more
/// degrees of freedom).
void check_found(const std::vector<Truth>& truth, double noise) {
  const auto samples = samples_of(truth, noise);
  const PiecewiseFit fit = fit_segments(samples);
  REQUIRE(fit.segments.size() == truth.size());
  for (std::size_t k = 0; k < truth.size(); ++k) {
    CAPTURE(k);
    const LineSegment& found = fit.segments[k];
    CHECK(std::abs(found.latency - truth[k].latency) <= 3 * found.latency_error + 1e-9 * truth[k].latency);
    CHECK(std::abs(found.slope - 1 / truth[k].bandwidth) <= 3 * found.slope_error + 1e-9 / truth[k].bandwidth);
    if (k + 1 == truth.size()) continue;
    CHECK(samples[found.end - 1].size <= truth[k].up_to);
    CHECK(samples[found.end].size > truth[k].up_to);
  }
  CHECK(fit.residual <= 1.3 * noise + 1e-9);  // 90 samples: the deviation itself is known within 8 %
}

TEST_CASE("Lines and their ends are found again without noise and with 1 and 3 % of it") {
  for (const double noise : {0.0, 0.01, 0.03}) {
    CAPTURE(noise);
    check_found(tcp, noise);
    check_found(shared_memory, noise);
  }
}

TEST_CASE("One line stays one line, for nearly every noise") {
  // The penalty for a second line is 3 ln 90 = 13.5; a fit to noise that could gain so much is rare.
  int more = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    more += fit_segments(samples_of({{endless, 5e-6, 1e9}}, 0.02, seed)).segments.size() > 1;
  CHECK(more <= 10);
}

TEST_CASE("Nineteen of twenty confidence intervals contain the true value") {
  // 400 intervals of one line's two parameters each: a share of 0.95 has a standard deviation of 0.011.
  int latency = 0, slope = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const LineSegment line =
        fit_segments(samples_of({{endless, 5e-6, 1e9}}, 0.02, seed), {.most_segments = 1}).segments.front();
    latency += std::abs(line.latency - 5e-6) <= line.latency_error;
    slope += std::abs(line.slope - 1e-9) <= line.slope_error;
  }
  CHECK(std::abs(latency / 400.0 - 0.95) < 0.04);
  CHECK(std::abs(slope / 400.0 - 0.95) < 0.04);
}

TEST_CASE("Lines that meet change at their crossing") {
  // 1 µs + s / (1 GB/s) and −9 µs + s / (0.5 GB/s) meet at 10,000 B, between two samples.
  const auto samples = samples_of({{10000, 1e-6, 1e9}, {endless, -9e-6, 0.5e9}}, 0);
  const PiecewiseFit fit = fit_segments(samples);
  REQUIRE(fit.segments.size() == 2);
  CHECK(std::abs(fit.segments[0].up_to - 10000) <= 1);
  CHECK(std::abs(fit.segments[1].jump) < 2e-9);  // at a whole number of bytes, where the slopes differ by 1 ns a byte
  CHECK(fit.at(10000) == doctest::Approx(11e-6));
  CHECK(fit.at(1e9) == doctest::Approx(1.999991));
  CHECK(rendezvous_segment(fit) == 2);  // nothing jumps
}

TEST_CASE("A jump of latencies is called rendezvous, where it begins") {
  CHECK(rendezvous_segment(fit_segments(samples_of(tcp, 0.01))) == 1);
  CHECK(rendezvous_segment(fit_segments(samples_of({{endless, 1e-3, 1e8}}, 0))) == 1);  // one segment, none jumps
}

TEST_CASE("A slope that noise hides is nearly zero, and no bandwidth is negative") {
  std::vector<MessageSample> samples{{1, 2.2e-6}, {2, 2.1e-6}, {4, 2.1e-6}, {8, 2.0e-6}};
  const PiecewiseFit fit = fit_segments(samples);
  CHECK(fit.segments.front().slope > 0);
  CHECK(fit.at(8) == doctest::Approx(2.1e-6).epsilon(0.02));
}

TEST_CASE("Too few sizes are refused with a sentence") {
  const std::vector<MessageSample> samples{{1, 1e-6}, {2, 1e-6}};
  CHECK_THROWS_WITH_AS(fit_segments(samples), "2 sizes are too few to fit a line to: at least 4 are needed",
                       NetworkError);
}

}  // namespace
}  // namespace gossamer
