#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"
#include "sim/numerics/executor.hpp"
#include "sim/numerics/functions/adam.hpp"
#include "sim/numerics/functions/choice.hpp"
#include "sim/numerics/functions/mean_of_nonzero.hpp"
#include "sim/numerics/functions/norm_clipping.hpp"
#include "sim/numerics/functions/sign.hpp"
#include "tests/codecs.hpp"
#include "tests/reference_plane.hpp"

/// Random programs on the executor, in any windows and on any number of threads, against the reference plane, which
/// plans nothing.
namespace gossamer {
namespace {

constexpr Index d = 211;  // no multiple of a vector register
constexpr NodeId n = 9;

/// ∇F_i(x; ξ) = (x − i) / (1 + ξ mod 3): depends on the point, the node and the step.
template <class Scalar>
class Pull final : public Objective<Scalar> {
 public:
  Index dimension() const override { return d; }
  void gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g, Workspace&) const override {
    for (Index k = 0; k < d; ++k) g[k] = (x[k] - static_cast<Scalar>(node)) / static_cast<Scalar>(1 + step % 3);
  }
};

template <class Scalar>
void start(NodeId node, Scalar* x) {
  Draws draws{5, Purpose::initial_params, node};
  for (Index k = 0; k < d; ++k) x[k] = static_cast<Scalar>(standard_normal(draws));
}

/// A program of random operations on the models of n nodes. Weights of each sum add to at most one, so that values stay
/// moderate.
class RandomProgram {
 public:
  RandomProgram(DataPlane& plane, std::uint64_t seed) : plane_{plane}, draws_{seed, Purpose::neighbor} {
    for (NodeId i = 0; i < n; ++i) x_.push_back(plane.initial_params(i));
    kept_ = x_;
  }

  std::vector<double> run(int operations) {
    for (int k = 0; k < operations; ++k) operate();
    std::vector<double> all;
    for (const auto* models : {&x_, &kept_}) {
      for (const Params& x : *models) {
        const auto values = plane_.values(x);
        all.insert(all.end(), values.begin(), values.end());
      }
    }
    return all;
  }

 private:
  void operate() {
    switch (draws_.below(11)) {
      case 0:
      case 1:
        return local_steps();
      case 2:
        return average_with_several();
      case 3:
        return average_pair();
      case 4:
        return average_one_side();
      case 5:
        return send_encoded();
      case 6:
        return momentum();
      case 7:
        return nonlinear();
      case 8:
        return adam_steps();
      case 9:
        kept_[any()] = x_[any()];
        return;
      default:
        return rarely();
    }
  }
  void local_steps() {
    const std::size_t i = any();
    for (std::uint64_t h = draws_.below(40); h > 0; --h) {
      x_[i] = x_[i] - 0.1 * plane_.gradient(static_cast<NodeId>(i), h, x_[i]);
      if (draws_.below(20) == 0) kept_[i] = x_[i];  // a chain is looked at in its middle
    }
  }
  void average_with_several() {
    const std::size_t i = any(), terms = 2 + draws_.below(12);
    Combination sum = 1.0 / static_cast<double>(terms) * x_[i];
    if (draws_.below(2) == 0) sum -= 0.01 * plane_.gradient(static_cast<NodeId>(i), terms, x_[i]);
    for (std::size_t t = 1; t < terms; ++t) sum += 1.0 / static_cast<double>(terms) * x_[any()];
    x_[i] = sum;
  }
  void average_pair() {
    const std::size_t i = any(), j = any();
    const Params base = x_[i];
    const Params local = base - 0.1 * plane_.gradient(static_cast<NodeId>(i), j, base);
    const Params mine = x_[i], theirs = x_[j];
    x_[j] = theirs + 0.5 * (mine - theirs);
    x_[i] = mine + 0.5 * (theirs - mine) + (local - base);
  }
  void average_one_side() {
    const std::size_t i = any(), j = any();
    const Params unused = plane_.gradient(1, i, x_[j]);
    x_[i] = x_[i] + 0.25 * (x_[j] - x_[i]);
  }
  void send_encoded() {
    const std::size_t i = any(), j = any();
    const Params message = plane_.encode(codec_, x_[i], {1, Purpose::encoding, static_cast<NodeId>(i), j});
    x_[j] = x_[j] + 0.5 * (plane_.decode(codec_, message, x_[j]) - x_[j]);
    if (draws_.below(2) == 0) x_[i] = 0.5 * x_[i] + 0.5 * plane_.decode(codec_, message, x_[i]);
  }
  void nonlinear() {
    const std::size_t i = any(), j = any();
    const auto apply = [&](auto function, std::vector<Params> arguments) {
      return plane_.apply(std::make_shared<decltype(function)>(std::move(function)), arguments);
    };
    switch (draws_.below(4)) {
      case 0:
        x_[i] = apply(NormClipping{3}, {x_[i]});
        return;
      case 1:
        x_[i] = 0.9 * x_[i] + 0.1 * apply(Sign{}, {x_[j]});
        return;
      case 2:
        x_[i] = apply(RandomChoice{0.3, {4, Purpose::mask, 0, j}}, {x_[j], x_[i]});
        return;
      default: {
        const Params both = apply(MeanOfNonzero{}, {x_[i], x_[j], kept_[i]});
        x_[j] = apply(RangeChoice{{{3, 50}, {d - 9, d}}}, {both, x_[j]});
      }
    }
  }
  void adam_steps() {
    const std::size_t i = any();
    const auto second = std::make_shared<const SecondMoment>(0.9);
    const auto step = std::make_shared<const AdamStep>(AdamStep::Settings{.step_size = 0.01, .epsilon = 0.1});
    Params u = x_[i], v = plane_.apply(second, std::vector<Params>{u});
    for (std::uint64_t h = draws_.below(20); h > 0; --h) {
      const Params g = plane_.gradient(static_cast<NodeId>(i), h, x_[i]);
      u = 0.9 * u + 0.1 * g;
      v = plane_.apply(second, std::vector<Params>{v, g});
      x_[i] = plane_.apply(step, std::vector<Params>{x_[i], u, v});
      if (draws_.below(20) == 0) kept_[i] = v;  // a chain is looked at in its middle
    }
  }
  void momentum() {
    const std::size_t i = any();
    Params m = kept_[i];
    for (std::uint64_t h = 0; h < 3; ++h) {
      m = 0.5 * m + plane_.gradient(static_cast<NodeId>(i), h, x_[i]);
      x_[i] = x_[i] - 0.1 * m;
    }
    kept_[i] = 0.5 * m;
  }
  void rarely() {
    if (draws_.below(4) > 0) return;
    const std::size_t i = any();
    switch (draws_.below(4)) {
      case 3:
        return average_with_all();
      case 0:
        x_[i] = x_[i] + 0.1 * plane_.ring_mean(std::span{x_}.first(1 + any()));
        return;
      case 1:
        x_[i] = many_terms();
        return;
      default:
        x_[i] = plane_.adopt(plane_.bytes(x_[any()]));  // executes everything, in the middle of a window
    }
  }
  /// A sum that threads share.
  Params many_terms() {
    constexpr std::size_t terms = 100;
    Combination sum;
    for (std::size_t t = 0; t < terms; ++t) sum += 0.01 * x_[t % x_.size()];
    return sum;
  }
  /// Long sums of mostly the same vectors, each without one of them, as on a complete graph.
  void average_with_all() {
    constexpr std::size_t terms = 80;
    std::vector<Params> shared;
    for (std::size_t t = 0; t < terms; ++t) shared.push_back(0.5 * x_[t % x_.size()] + 0.1 * kept_[t % 7]);
    for (std::size_t i = 0; i < x_.size(); ++i) {
      Combination sum = 0.01 * x_[i] - 0.01 * plane_.gradient(static_cast<NodeId>(i), i, x_[i]);
      for (std::size_t t = 0; t < terms; ++t)
        if (t != 3 * i) sum += 0.01 * shared[t];
      x_[i] = sum;
    }
  }
  std::size_t any() { return draws_.below(static_cast<std::uint64_t>(n)); }

  DataPlane& plane_;
  Draws draws_;
  testing::DitheredModulo codec_{0.01, 1 << 20};
  std::vector<Params> x_;
  std::vector<Params> kept_;
};

template <class Scalar>
std::vector<double> run_on(DataPlane& plane, std::uint64_t seed) {
  return RandomProgram{plane, seed}.run(200);
}

TEST_CASE_TEMPLATE("Random programs have the bits of a plane that plans nothing", Scalar, float, double) {
  const Pull<Scalar> objective;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    testing::ReferencePlane<Scalar> one_by_one{objective, start<Scalar>};
    const auto expected = run_on<Scalar>(one_by_one, seed);
    for (const std::size_t window : {1U, 5U, 64U, 1000U, 100'000U}) {
      for (const int threads : {1, 3}) {
        CAPTURE(seed);
        CAPTURE(window);
        CAPTURE(threads);
        Executor<Scalar> plane{{.objective = objective,
                                .initial_params = start<Scalar>,
                                .common_initial_params = false,
                                .threads = threads,
                                .window = window}};
        const auto models = run_on<Scalar>(plane, seed);
        CHECK(std::memcmp(models.data(), expected.data(), expected.size() * sizeof(double)) == 0);
      }
    }
  }
}

}  // namespace
}  // namespace gossamer
