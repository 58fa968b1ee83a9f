#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"
#include "sim/numerics/executor.hpp"

namespace gossamer {
namespace {

constexpr Index length = 1003;  // no multiple of a vector register

/// ∇F_i(x) = x − i, exactly.
template <class Scalar>
class Distance final : public Objective<Scalar> {
 public:
  explicit Distance(Index d = length) : d_{d} {}
  Index dimension() const override { return d_; }
  void gradient(NodeId node, std::uint64_t, const Scalar* x, Scalar* g, Workspace&) const override {
    for (Index k = 0; k < d_; ++k) g[k] = x[k] - static_cast<Scalar>(node);
  }

 private:
  Index d_;
};

template <class Scalar>
Executor<Scalar> executor(const Objective<Scalar>& objective, int threads = 1, std::size_t window = 100) {
  return Executor<Scalar>{{.objective = objective,
                           .initial_params =
                               [d = objective.dimension()](NodeId node, Scalar* x) {
                                 Draws draws{5, Purpose::initial_params, node};
                                 for (Index k = 0; k < d; ++k) x[k] = static_cast<Scalar>(standard_normal(draws));
                               },
                           .common_initial_params = false,
                           .threads = threads,
                           .window = window}};
}

TEST_CASE_TEMPLATE("A combination is its formula, one fused multiply-add after the other", Scalar, float, double) {
  const Distance<Scalar> objective;
  auto plane = executor<Scalar>(objective);
  const Params a = plane.initial_params(0);
  const Params b = plane.initial_params(1);
  const Params c = plane.initial_params(2);
  const Params x = 0.3 * a - 1.7 * (b - c) + a;
  const auto va = plane.values(a), vb = plane.values(b), vc = plane.values(c), vx = plane.values(x);
  for (std::size_t k = 0; k < va.size(); ++k) {
    auto expected = static_cast<Scalar>(0.3) * static_cast<Scalar>(va[k]);
    expected = std::fma(static_cast<Scalar>(-1.7), static_cast<Scalar>(vb[k]), expected);
    expected = std::fma(static_cast<Scalar>(1.7), static_cast<Scalar>(vc[k]), expected);
    expected = std::fma(static_cast<Scalar>(1), static_cast<Scalar>(va[k]), expected);
    // If the machine cannot fuse, each product is rounded too: 4 roundings of terms below 2 |term|.
    const double slack =
        8 * std::numeric_limits<Scalar>::epsilon() * (std::abs(va[k]) + std::abs(vb[k]) + std::abs(vc[k]));
    CHECK(std::abs(vx[k] - static_cast<double>(expected)) <= slack);
  }
}

TEST_CASE("A sum of more terms than one pass takes keeps all of them") {
  const Distance<double> objective;
  auto plane = executor<double>(objective);
  constexpr int terms = 29;
  Combination sum;
  double expected = 0;
  for (int i = 0; i < terms; ++i) {
    const Params x = plane.initial_params(i);
    sum += (i + 1.0) * x;
    expected += (i + 1.0) * plane.values(x)[17];
  }
  CHECK(plane.values(sum)[17] == doctest::Approx(expected).epsilon(1e-13));
}

TEST_CASE("A model of one term with coefficient 1 is the same version, not a copy") {
  const Distance<double> objective;
  auto plane = executor<double>(objective);
  const Params x = plane.initial_params(0);
  const Params y = Combination{x};
  CHECK(y.version() == x.version());
}

TEST_CASE_TEMPLATE("Writing past the caches gives the same bits", Scalar, float, double) {
  const Distance<Scalar> objective{5003};
  auto plane = executor<Scalar>(objective);
  std::vector<Params> x;
  std::vector<ScaledVector<Scalar>> terms;
  for (NodeId i = 0; i < 5; ++i) {
    x.push_back(plane.initial_params(i));
    terms.push_back({static_cast<Scalar>(0.3 * i - 1), plane.read(x.back())});
  }
  const Params target = plane.initial_params(9);
  auto* const streamed = const_cast<Scalar*>(plane.read(target));  // aligned as all versions are
  std::vector<Scalar> cached(5003);
  const Assignment<Scalar> sum{.terms = terms, .out = streamed, .past_caches = true};
  assign(std::span{&sum, 1}, 0, 5003);
  linear_combination(std::span<const ScaledVector<Scalar>>{terms}, 0, 5003, cached.data());
  CHECK(std::memcmp(streamed, cached.data(), cached.size() * sizeof(Scalar)) == 0);
}

TEST_CASE_TEMPLATE("Sums that are written together may overwrite each other's terms", Scalar, float, double) {
  std::vector<Scalar> a(5003), b(5003);
  for (std::size_t k = 0; k < a.size(); ++k) {
    a[k] = static_cast<Scalar>(std::sin(static_cast<double>(k)));
    b[k] = static_cast<Scalar>(std::cos(static_cast<double>(k)));
  }
  const auto old_a = a, old_b = b;
  const std::vector<ScaledVector<Scalar>> both{{1, a.data()}, {2, b.data()}};
  const std::vector<ScaledVector<Scalar>> other{{4, b.data()}, {-1, a.data()}};
  const std::vector<Assignment<Scalar>> sums{{.terms = both, .out = a.data()}, {.terms = other, .out = b.data()}};
  assign(std::span<const Assignment<Scalar>>{sums}, 0, 5003);
  for (std::size_t k = 0; k < a.size(); ++k) {  // factors are powers of two: each sum is rounded once, fused or not
    REQUIRE(a[k] == old_a[k] + 2 * old_b[k]);
    REQUIRE(b[k] == 4 * old_b[k] - old_a[k]);
  }
}

TEST_CASE_TEMPLATE("The mean of a ring sums chunk k from node k + 1 around to node k", Scalar, float, double) {
  constexpr NodeId n = 11;  // more terms than one pass takes; 1003 = 91 · 11 + 2 coordinates
  const Distance<Scalar> objective;
  for (const int threads : {1, 3}) {
    auto plane = executor<Scalar>(objective, threads);
    std::vector<Params> x;
    for (NodeId i = 0; i < n; ++i) x.push_back(plane.initial_params(i));
    std::vector<std::vector<double>> parts;
    for (const Params& part : x) parts.push_back(plane.values(part));
    const auto mean = plane.values(plane.ring_mean(x));
    for (NodeId k = 0; k < n; ++k) {
      Combination sum;  // the same terms in the order of chunk k
      for (NodeId i = 1; i <= n; ++i) sum += (1.0 / n) * x[static_cast<std::size_t>((k + i) % n)];
      const auto expected = plane.values(sum);
      for (Index c = k * length / n; c < (k + 1) * length / n; ++c)
        REQUIRE(mean[static_cast<std::size_t>(c)] == expected[static_cast<std::size_t>(c)]);
    }
  }
}

/// A history with all cases: gradients with one reader and with two, handles that outlive windows, models
/// that are overwritten, unused results.
template <class Scalar>
std::vector<double> history(int threads, std::size_t window) {
  const Distance<Scalar> objective;
  auto plane = executor<Scalar>(objective, threads, window);
  constexpr NodeId n = 12;
  std::vector<Params> x;
  for (NodeId i = 0; i < n; ++i) x.push_back(plane.initial_params(i));
  Params kept;
  Draws draws{2, Purpose::neighbor};
  for (std::uint64_t step = 0; step < 40; ++step) {
    const auto i = static_cast<std::size_t>(draws.below(n));
    const auto j = static_cast<std::size_t>(draws.below(n));
    const Params base = x[i];
    Params local = base;
    for (int h = 0; h < 3; ++h) local = local - 0.01 * plane.gradient(static_cast<NodeId>(i), step, local);
    const Params mine = x[i], theirs = x[j];
    x[i] = mine + 0.5 * (theirs - mine) + (local - base);
    x[j] = theirs + 0.5 * (mine - theirs);
    if (step % 7 == 0) kept = plane.gradient(3, step, x[i]);
    if (step % 7 == 3) x[i] = x[i] - 0.1 * kept;
    const Params unused = plane.gradient(1, step, x[j]);
    if (step % 10 == 9) x[i] = plane.mean(x);
  }
  std::vector<double> result;
  for (const Params& model : x) {
    const auto values = plane.values(model);
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

TEST_CASE_TEMPLATE("Models are the same bits for any number of threads and any window", Scalar, float, double) {
  const auto expected = history<Scalar>(1, Executor<Scalar>::default_window);
  for (const int threads : {1, 2, 3, 8}) {
    for (const std::size_t window : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
      CAPTURE(threads);
      CAPTURE(window);
      const auto models = history<Scalar>(threads, window);
      CHECK(std::memcmp(models.data(), expected.data(), expected.size() * sizeof(double)) == 0);
    }
  }
}

TEST_CASE("A step of every node takes no memory beyond the models") {
  // x ← x − η g(x): the gradient lives in scratch memory and the new model overwrites the old one, whose only reader it
  // is.
  const Distance<float> objective{1 << 14};
  auto plane = executor<float>(objective, 1, 1000);
  constexpr NodeId n = 64;
  std::vector<Params> x;
  for (NodeId i = 0; i < n; ++i) x.push_back(plane.initial_params(i));
  plane.flush();
  const std::size_t before = plane.peak_bytes();
  for (std::uint64_t step = 0; step < 50; ++step)
    for (NodeId i = 0; Params & model : x) model = model - 0.1 * plane.gradient(i++, step, model);
  plane.flush();
  CHECK(plane.peak_bytes() == before);
}

TEST_CASE("Two models that average with each other take no memory beyond their own") {
  // Both new models read both old ones, so they can overwrite them only together. Levels are wide enough to wait for.
  const Distance<float> objective{1 << 12};
  for (const int threads : {1, 2}) {
    auto plane = executor<float>(objective, threads, 1024);
    constexpr std::size_t n = 256;
    std::vector<Params> x;
    for (NodeId i = 0; i < static_cast<NodeId>(n); ++i) x.push_back(plane.initial_params(i));
    plane.flush();
    const std::size_t before = plane.peak_bytes();
    const auto first = plane.values(x[0]), second = plane.values(x[1]);
    for (std::size_t step = 0; step < 50; ++step) {
      for (std::size_t i = 0; i < n; i += 2) {
        const Params mine = x[i], theirs = x[i + 1];
        x[i + 1] = theirs + 0.5 * (mine - theirs);
        x[i] = mine + 0.5 * (theirs - mine);
      }
    }
    const auto mean = plane.values(x[0]);
    CHECK(plane.peak_bytes() == before);
    for (std::size_t k = 0; k < mean.size(); ++k)
      REQUIRE(mean[k] == doctest::Approx(0.5 * (first[k] + second[k])).epsilon(1e-5).scale(1));
  }
}

TEST_CASE("A gradient is computed at the version of its request, even if the handle changes later") {
  const Distance<double> objective;
  auto plane = executor<double>(objective);
  Params x = plane.initial_params(0);
  const double old = plane.values(x)[5];
  const Params g = plane.gradient(2, 0, x);
  x = 10.0 * x;
  CHECK(plane.values(g)[5] == old - 2);
  CHECK(plane.values(x)[5] == 10 * old);
}

TEST_CASE("Consensus distance is the sum of squared distances from the mean, on any number of threads") {
  const Distance<double> objective;
  auto plane = executor<double>(objective, 3);
  std::vector<Params> x;
  for (NodeId i = 0; i < 9; ++i) x.push_back(plane.initial_params(i));
  const Params mean = plane.mean(x);
  const auto center = plane.values(mean);
  double expected = 0;
  for (const Params& model : x) {
    const auto values = plane.values(model);
    for (std::size_t k = 0; k < values.size(); ++k) expected += (values[k] - center[k]) * (values[k] - center[k]);
  }
  CHECK(plane.consensus_distance(x, mean) == doctest::Approx(expected).epsilon(1e-13));
  CHECK(plane.squared_norm(x[0] - x[0]) == 0);
}

TEST_CASE("The first model that is not finite is found") {
  const Distance<float> objective;
  auto plane = executor<float>(objective);
  std::vector<Params> x;
  for (NodeId i = 0; i < 4; ++i) x.push_back(plane.initial_params(i));
  CHECK_FALSE(plane.first_non_finite(x).has_value());
  x[2] = 1e30 * x[2];
  x[2] = 1e30 * x[2];
  CHECK(plane.first_non_finite(x) == 2);
}

TEST_CASE_TEMPLATE("Raw coordinates carry a version from one data plane to another, bit by bit", Scalar, float,
                   double) {
  const Distance<Scalar> objective;
  auto here = executor<Scalar>(objective), there = executor<Scalar>(objective);
  const Params x = here.initial_params(1) - 0.3 * here.initial_params(2);
  const Params copy = there.adopt(here.bytes(x));
  CHECK(there.values(copy) == here.values(x));
  CHECK(here.bytes(x).size() == length * here.scalar_bytes());
}

TEST_CASE_TEMPLATE("Sums over raw coordinates round as combinations do, in place as well", Scalar, float, double) {
  const Distance<Scalar> objective;
  auto plane = executor<Scalar>(objective);
  const Params a = plane.initial_params(0);
  const Params b = plane.initial_params(1);
  const auto bytes = plane.bytes(a);
  std::vector<std::byte> sum(bytes.begin(), bytes.end());
  const std::vector<RawTerm> terms{{0.1, sum}, {-1.7, plane.bytes(b)}};
  plane.combine_raw(terms, sum);
  CHECK(plane.values(plane.adopt(sum)) == plane.values(Params{0.1 * a - 1.7 * b}));
}

TEST_CASE_TEMPLATE("A gradient that another thread computes is the one that would have been recorded", Scalar, float,
                   double) {
  const Distance<Scalar> objective;
  auto plane = executor<Scalar>(objective);
  Params x = plane.initial_params(3) - 0.5 * plane.initial_params(4);
  const auto expected = plane.values(plane.gradient(2, 7, x));
  GradientJob job = plane.prepare_gradient(2, 7, x);
  std::jthread worker{[&job] {
    Workspace workspace;
    job.compute(workspace);
  }};
  x = x - 0.5 * plane.initial_params(4);  // meanwhile the model moves on, and other memory is asked for
  const auto moved = plane.values(x);
  worker.join();
  CHECK(plane.values(job.result) == expected);
  CHECK(plane.values(x) == moved);
}

}  // namespace
}  // namespace gossamer
