#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/SVD>

#include "sim/ground/random.hpp"
#include "sim/numerics/executor.hpp"
#include "sim/numerics/functions/adam.hpp"
#include "sim/numerics/functions/choice.hpp"
#include "sim/numerics/functions/cosine_transform.hpp"
#include "sim/numerics/functions/deviation_clipping.hpp"
#include "sim/numerics/functions/low_rank.hpp"
#include "sim/numerics/functions/mean_of_nonzero.hpp"
#include "sim/numerics/functions/newton_schulz.hpp"
#include "sim/numerics/functions/norm_clipping.hpp"
#include "sim/numerics/functions/sign.hpp"

// Functions that are no sums: their formulas, and their life in a data plane.
namespace gossamer {
namespace {

/// ∇F_i(x) = x − i.
template <class Scalar>
class Shift final : public Objective<Scalar> {
 public:
  explicit Shift(Index d) : d_{d} {}
  Index dimension() const override { return d_; }
  void gradient(NodeId node, std::uint64_t, const Scalar* x, Scalar* g, Workspace&) const override {
    for (Index k = 0; k < d_; ++k) g[k] = x[k] - static_cast<Scalar>(node);
  }

 private:
  Index d_;
};

template <class Scalar>
Executor<Scalar> plane_of(const Objective<Scalar>& objective, int threads = 1, std::size_t window = 100) {
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

/// The value of a function, applied without a data plane.
std::vector<double> value_of(const VectorFunction& function, const std::vector<std::vector<double>>& arguments) {
  std::vector<const double*> all;
  for (const auto& argument : arguments) all.push_back(argument.data());
  std::vector<double> value(arguments[0].size(), -77);
  Workspace workspace;
  function.apply(all, {0, static_cast<Index>(value.size())}, value.data(), workspace);
  return value;
}

constexpr Index length = 1003;  // no multiple of a vector register

TEST_CASE_TEMPLATE("Adam's step and its second moment are their formulas", Scalar, float, double) {
  const Shift<Scalar> objective{length};
  auto plane = plane_of<Scalar>(objective);
  const Params x = plane.initial_params(0), u = plane.initial_params(1), g = plane.initial_params(2);
  const std::vector<Params> first{g}, second{x, g};
  const Params v = plane.apply(std::make_shared<SecondMoment>(0.95), first);
  const Params w = plane.apply(std::make_shared<SecondMoment>(0.95), std::vector<Params>{v, g});
  const AdamStep::Settings settings{
      .step_size = 0.05, .weight_decay = 0.1, .epsilon = 1e-3, .first_correction = 0.19, .second_correction = 0.0975};
  const Params y = plane.apply(std::make_shared<AdamStep>(settings), std::vector<Params>{x, u, w});
  const auto vx = plane.values(x), vu = plane.values(u), vg = plane.values(g), vv = plane.values(v),
             vw = plane.values(w), vy = plane.values(y);
  const double slack = 8 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  for (std::size_t k = 0; k < vx.size(); ++k) {
    const double once = 0.05 * vg[k] * vg[k], twice = 0.95 * once + once;
    CHECK(vv[k] == doctest::Approx(once).epsilon(slack));
    CHECK(vw[k] == doctest::Approx(twice).epsilon(slack));
    const double step = 0.05 * (vu[k] / 0.19) / (std::sqrt(twice / 0.0975) + 1e-3);
    const double terms = std::abs(vx[k]) + std::abs(step);
    CHECK(std::abs(vy[k] - (0.995 * vx[k] - step)) <= slack * terms);
  }
}

TEST_CASE("The sign of zero is the given one, and the sign of NaN is NaN") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::vector<double>> x{{3, -0.5, 0, -0.0, 1e-300, nan, -1e300}};
  const auto plain = value_of(Sign{}, x), up = value_of(Sign{1}, x);
  const std::vector<double> expected{1, -1, 0, 0, 1, nan, -1};
  for (std::size_t k = 0; k < expected.size(); ++k) {
    if (k == 5) {
      CHECK(std::isnan(plain[k]));
      continue;
    }
    CHECK(plain[k] == expected[k]);
    CHECK(up[k] == (expected[k] == 0 ? 1 : expected[k]));
  }
}

TEST_CASE("Clipping bounds the norm and keeps shorter vectors") {
  const std::vector<double> x{3, 0, -4};
  CHECK(value_of(NormClipping{6}, {x}) == x);
  CHECK(value_of(NormClipping{5}, {x}) == x);
  const auto clipped = value_of(NormClipping{1}, {x});
  CHECK(clipped[0] == doctest::Approx(0.6).epsilon(1e-15));
  CHECK(clipped[1] == 0);
  CHECK(clipped[2] == doctest::Approx(-0.8).epsilon(1e-15));
}

TEST_CASE("Clipping by deviations limits each coordinate to a multiple of the standard deviation of all") {
  const std::vector<double> x{1, -1, 1, -1, 1, -1, 1, 7};  // mean 1, variance 6
  const double most = 2 * std::sqrt(6.0);
  const auto clipped = value_of(DeviationClipping{2}, {x});
  for (std::size_t k = 0; k < 8; ++k) CHECK(clipped[k] == doctest::Approx(k == 7 ? most : x[k]).epsilon(1e-15));
}

TEST_CASE("A choice by ranges takes the first argument inside them and the second outside, for any cut of the work") {
  std::vector<double> a(50), b(50);
  for (std::size_t k = 0; k < 50; ++k) {
    a[k] = static_cast<double>(k);
    b[k] = -1;
  }
  const RangeChoice choice{{{0, 3}, {10, 11}, {20, 40}}};
  const auto chosen = [](Index k) { return k < 3 || k == 10 || (20 <= k && k < 40); };
  const std::vector<const double*> arguments{a.data(), b.data()};
  Workspace workspace;
  for (Index begin = 0; begin < 50; begin += 7) {
    for (Index end = begin; end <= 50; end += 9) {
      std::vector<double> value(50, 99);
      choice.apply(arguments, {begin, end}, value.data(), workspace);
      for (Index k = 0; k < 50; ++k) {
        const auto at = static_cast<std::size_t>(k);
        REQUIRE(value[at] == (k < begin || k >= end ? 99 : chosen(k) ? a[at] : b[at]));
      }
    }
  }
}

TEST_CASE("The parts of a vector are disjoint and cover it, and a part may be empty") {
  const std::vector<double> ones(2, 1), zeros(2, 0);
  CHECK(value_of(PartChoice{0, 3}, {ones, zeros}) == std::vector<double>{1, 0});
  CHECK(value_of(PartChoice{1, 3}, {ones, zeros}) == std::vector<double>{0, 1});
  CHECK(value_of(PartChoice{2, 3}, {ones, zeros}) == std::vector<double>{0, 0});
  std::vector<double> sum(100, 0);
  for (Index part = 0; part < 7; ++part) {
    const auto value = value_of(PartChoice{part, 7}, {std::vector<double>(100, 1), std::vector<double>(100, 0)});
    for (std::size_t k = 0; k < 100; ++k) sum[k] += value[k];
  }
  CHECK(sum == std::vector<double>(100, 1));
}

TEST_CASE("A random choice has its address alone: the same set again, its frequency p, all at p = 1, none at p = 0") {
  constexpr std::size_t d = 100'000;
  const std::vector<double> a(d, 1), b(d, 0);
  const auto count = [&](double p, std::uint64_t address) {
    const auto value = value_of(RandomChoice{p, Draws{1, Purpose::mask, 0, address}}, {a, b});
    double sum = 0;
    for (const double v : value) sum += v;
    return sum;
  };
  CHECK(count(1, 3) == d);
  CHECK(count(0, 3) == 0);
  for (const double p : {0.005, 0.3}) {  // five standard deviations
    CHECK(std::abs(count(p, 7) - p * d) < 5 * std::sqrt(p * (1 - p) * d));
    CHECK(count(p, 7) == count(p, 7));
    CHECK(count(p, 7) != count(p, 8));
  }
  // Another length has the same set, as far as it goes.
  const auto whole = value_of(RandomChoice{0.3, Draws{1, Purpose::mask, 0, 7}}, {a, b});
  const std::vector<double> c(5000, 1), e(5000, 0);
  const auto part = value_of(RandomChoice{0.3, Draws{1, Purpose::mask, 0, 7}}, {c, e});
  CHECK(std::equal(part.begin(), part.end(), whole.begin()));
}

TEST_CASE("The mean over senders counts the arguments that are not zero, coordinate by coordinate") {
  CHECK(value_of(MeanOfNonzero{}, {{0, 2, 3}, {0, 0, 5}, {0, 0, -2}}) == std::vector<double>{0, 2, 2});
  const std::vector<double> x(700, 3);
  CHECK(value_of(MeanOfNonzero{}, {x, std::vector<double>(700, 0), x}) == x);
}

TEST_CASE("Newton–Schulz gives the golden rows of MuLoCo's reference") {
  // Computed by two unlike programs: G = (3, 1, −2; 0.5, −1, 2).
  const std::vector<double> g{3, 1, -2, 0.5, -1, 2};
  const std::vector<double> jordan{0.714072947079, 0.108341035829,  -0.216682071657,
                                   0.582166728790, -0.386233778395, 0.772467556789};
  const std::vector<double> list{0.901382857329, 0.218562197851,  -0.437124395703,
                                 0.442726028334, -0.394059529119, 0.788119058238};
  const std::vector<MatrixPlace> wide{{.begin = 0, .rows = 2, .columns = 3}};
  const auto five = value_of(NewtonSchulz{wide, jordan_steps(), NewtonSchulz::Scale::none}, {g});
  const auto own = value_of(NewtonSchulz{wide, muloco_steps(), NewtonSchulz::Scale::none}, {g});
  for (std::size_t k = 0; k < 6; ++k) {
    CHECK(std::abs(five[k] - jordan[k]) < 1e-12);
    CHECK(std::abs(own[k] - list[k]) < 1e-12);
  }
  // The transposed matrix has the transposed result, times √(rows/columns).
  const std::vector<double> transposed{3, 0.5, 1, -1, -2, 2};
  const std::vector<MatrixPlace> tall{{.begin = 0, .rows = 3, .columns = 2}};
  for (const auto scale : {NewtonSchulz::Scale::at_least_one, NewtonSchulz::Scale::spectral}) {
    const auto result = value_of(NewtonSchulz{tall, jordan_steps(), scale}, {transposed});
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 3; ++j)
        CHECK(std::abs(result[2 * j + i] - std::sqrt(1.5) * jordan[3 * i + j]) < 2e-12);
  }
  const auto shorter = value_of(NewtonSchulz{wide, jordan_steps(), NewtonSchulz::Scale::spectral}, {g});
  CHECK(std::abs(shorter[0] - std::sqrt(2.0 / 3) * jordan[0]) < 1e-12);
}

TEST_CASE("Newton–Schulz acts on singular values alone, by its odd polynomial") {
  // s → a s + b s³ + c s⁵, five times; the values for these s are those of the reference.
  const std::vector<double> s{0.001, 0.01, 0.1, 0.5, 1};
  const std::vector<double> mapped{0.4705439512, 0.6989170633, 0.7121200817, 0.7654385305, 0.6964364095};
  double of_squares = 0;
  for (const double value : s) of_squares += value * value;
  const double norm = std::sqrt(of_squares);
  const auto polynomial = [](double x) {
    for (const auto& [a, b, c] : jordan_steps()) x = a * x + b * x * x * x + c * x * x * x * x * x;
    return x;
  };
  for (std::size_t k = 0; k < s.size(); ++k) CHECK(std::abs(polynomial(s[k]) - mapped[k]) < 1e-10);

  Draws draws{3, Purpose::objective};
  const auto orthogonal = [&](Index n) {
    const Eigen::MatrixXd m = Eigen::MatrixXd::NullaryExpr(n, n, [&](auto, auto) { return standard_normal(draws); });
    return Eigen::MatrixXd{Eigen::HouseholderQR<Eigen::MatrixXd>{m}.householderQ()};
  };
  const Eigen::MatrixXd u = orthogonal(5), v = orthogonal(7).leftCols(5);
  Eigen::VectorXd before(5), after(5);
  for (Index k = 0; k < 5; ++k) {
    before[k] = s[static_cast<std::size_t>(k)];
    after[k] = polynomial(before[k] / norm);
  }
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Rows g = u * before.asDiagonal() * v.transpose(), expected = u * after.asDiagonal() * v.transpose();
  std::vector<double> all(100, 9);
  std::copy(g.data(), g.data() + 35, all.begin() + 30);
  const NewtonSchulz function{{{.begin = 30, .rows = 5, .columns = 7}}, jordan_steps(), NewtonSchulz::Scale::none};
  const auto value = value_of(function, {all});
  CHECK((Eigen::Map<const Rows>(value.data() + 30, 5, 7) - expected).norm() < 1e-12);
  for (std::size_t k = 0; k < 100; ++k)
    if (k < 30 || k >= 65) CHECK(value[k] == 0);
  CHECK(value_of(function, {std::vector<double>(100, 0)}) == std::vector<double>(100, 0));
}

TEST_CASE("The matrices of layers skip the biases") {
  const std::vector<Layer> layers{{.inputs = 4, .outputs = 3}, {.inputs = 3, .outputs = 2}};
  const auto matrices = matrices_of(layers);
  REQUIRE(matrices.size() == 2);
  CHECK(matrices[0].begin == 0);
  CHECK(matrices[0].rows == 3);
  CHECK(matrices[0].columns == 4);
  CHECK(matrices[1].begin == 15);
  CHECK(matrices[1].rows == 2);
  CHECK(matrices[1].columns == 3);
}

TEST_CASE("A tile's side is the largest divisor of the matrix's that is small enough; tiles cover the model") {
  const Tiling tiling{.layers = {{.inputs = 784, .outputs = 10}, {.inputs = 10, .outputs = 3}}, .side = 64};
  const auto grids = tiling.grids(0);
  REQUIRE(grids.size() == 4);
  CHECK(grids[0].tile_rows == 10);
  CHECK(grids[0].tile_columns == 56);
  CHECK(grids[1].begin == 7840);
  CHECK(grids[1].tile_size() == 10);
  CHECK(grids[3].begin + grids[3].size() == 7850 + 33);
  CHECK(Tiling{.side = 64}.grids(100)[0].tile_size() == 50);
  CHECK(Tiling{.side = 64}.grids(67)[0].tile_size() == 1);
}

TEST_CASE("The cosine transform is orthonormal, its inverse its transpose, and a constant has one coefficient") {
  const Tiling flat{.side = 8};
  const std::vector<double> ones(24, 1);
  const auto constant = value_of(CosineTransform{flat}, {ones});
  for (std::size_t k = 0; k < 24; ++k) CHECK(std::abs(constant[k] - (k % 8 == 0 ? std::sqrt(8.0) : 0)) < 1e-14);
  // DCT-II of (1, 2, 3) by hand: 6/√3, (1 − 3)/√2, (1 − 4 + 3)/√6.
  const auto three = value_of(CosineTransform{{.side = 3}}, {{1, 2, 3}});
  CHECK(std::abs(three[0] - 6 / std::sqrt(3.0)) < 1e-15);
  CHECK(std::abs(three[1] + 2 / std::sqrt(2.0)) < 1e-15);
  CHECK(std::abs(three[2]) < 1e-15);

  const Tiling layers{.layers = {{.inputs = 6, .outputs = 4}, {.inputs = 4, .outputs = 5}}, .side = 3};
  Draws draws{4, Purpose::objective};
  std::vector<double> x(28 + 25);
  for (double& value : x) value = standard_normal(draws);
  const auto coefficients = value_of(CosineTransform{layers}, {x});
  const auto back = value_of(InverseCosineTransform{layers}, {coefficients});
  double norm = 0, transformed = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    CHECK(std::abs(back[k] - x[k]) < 1e-14);
    norm += x[k] * x[k];
    transformed += coefficients[k] * coefficients[k];
  }
  CHECK(transformed == doctest::Approx(norm).epsilon(1e-14));
  // The first tile of the first matrix is its rows 0, 1 and columns 0 to 2; its first coefficient is their sum/√6.
  const double sum = x[0] + x[1] + x[2] + x[6] + x[7] + x[8];
  CHECK(coefficients[0] == doctest::Approx(sum / std::sqrt(6.0)).epsilon(1e-14));
}

TEST_CASE("Factors of a matrix of low rank give the matrix, and P has orthonormal columns") {
  const FactorPlaces places{.matrices = {{.begin = 2, .rows = 5, .columns = 4}, {.begin = 23, .rows = 3, .columns = 1}},
                            .rank = 2};
  CHECK(places.left_size() == 5 * 2 + 3 * 1);
  CHECK(places.right_size() == 4 * 2 + 1);
  CHECK(places.size() == 23);
  Draws draws{6, Purpose::objective};
  const auto normal = [&](Index rows, Index columns) {
    return Eigen::MatrixXd{
        Eigen::MatrixXd::NullaryExpr(rows, columns, [&](auto, auto) { return standard_normal(draws); })};
  };
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Rows low = normal(5, 2) * normal(2, 4);
  std::vector<double> m(28, 7);
  std::copy(low.data(), low.data() + 20, m.begin() + 2);
  const auto q = value_of(RandomFactors{places, Draws{1, Purpose::mask}}, {std::vector<double>(28)});
  const auto left = value_of(LeftFactors{places}, {m, q});
  const Rows expected = low * Eigen::Map<const Rows>(q.data() + 2, 4, 2);
  CHECK((Eigen::Map<const Rows>(left.data() + 2, 5, 2) - expected).norm() < 1e-13);
  for (std::size_t k = 12; k < 22; ++k) CHECK(left[k] == 0);
  for (const std::size_t k : {0U, 1U, 22U, 26U, 27U}) CHECK(left[k] == 7);
  const auto p = value_of(OrthonormalFactors{places}, {left});
  const Eigen::Map<const Rows> columns{p.data() + 2, 5, 2};
  CHECK((columns.transpose() * columns - Eigen::MatrixXd::Identity(2, 2)).norm() < 1e-14);
  const auto product = value_of(FactorProduct{places}, {p, value_of(RightFactors{places}, {m, p})});
  for (std::size_t k = 0; k < 28; ++k) CHECK(std::abs(product[k] - m[k]) < 1e-12);
  // Dependent columns become zero.
  std::vector<double> dependent(28, 1);
  const auto zero = value_of(OrthonormalFactors{places}, {dependent});
  for (std::size_t row = 0; row < 5; ++row) {
    CHECK(zero[2 + 2 * row] == doctest::Approx(1 / std::sqrt(5.0)));
    CHECK(zero[3 + 2 * row] == 0);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// In a data plane.

TEST_CASE_TEMPLATE("A long elementwise function, which threads share by coordinates, gives the same bits", Scalar,
                   float, double) {
  const Shift<Scalar> objective{300'007};
  const auto run = [&](int threads) {
    auto plane = plane_of<Scalar>(objective, threads);
    const Params x = plane.initial_params(0), u = plane.initial_params(1);
    const Params v = plane.apply(std::make_shared<SecondMoment>(0.9), std::vector<Params>{u});
    return plane.values(plane.apply(std::make_shared<AdamStep>(AdamStep::Settings{}), std::vector<Params>{x, u, v}));
  };
  const auto alone = run(1);
  for (const int threads : {2, 3, 8}) CHECK(std::memcmp(run(threads).data(), alone.data(), 8 * alone.size()) == 0);
}

TEST_CASE("A recorded operation keeps its function alive, and lets it go when it is executed") {
  const Shift<double> objective{length};
  auto plane = plane_of<double>(objective);
  const Params x = plane.initial_params(0);
  auto function = std::make_shared<const Sign>();
  const std::weak_ptr<const Sign> watched = function;
  const Params y = plane.apply(std::move(function), std::vector<Params>{x});
  CHECK_FALSE(watched.expired());
  CHECK(plane.values(y)[3] == (plane.values(x)[3] > 0 ? 1 : -1));
  CHECK(watched.expired());
}

TEST_CASE("A step of Adam on every node takes no memory beyond models and moments") {
  // The gradient lives in scratch memory, and each new vector overwrites the old one, whose last reader it is.
  const Shift<float> objective{1 << 14};
  auto plane = plane_of<float>(objective, 1, 1000);
  constexpr NodeId n = 64;
  std::vector<Params> x, u, v;
  for (NodeId i = 0; i < n; ++i) {
    x.push_back(plane.initial_params(i));
    u.push_back(plane.initial_params(i));
    v.push_back(plane.apply(std::make_shared<SecondMoment>(0.9), std::vector<Params>{u.back()}));
  }
  plane.flush();
  const std::size_t before = plane.peak_bytes();
  const auto step = std::make_shared<const AdamStep>(AdamStep::Settings{});
  const auto square = std::make_shared<const SecondMoment>(0.999);
  for (std::uint64_t k = 0; k < 50; ++k) {
    for (NodeId node = 0; node < n; ++node) {
      const auto i = static_cast<std::size_t>(node);
      const Params g = plane.gradient(node, k, x[i]);
      u[i] = 0.9 * u[i] + 0.1 * g;
      v[i] = plane.apply(square, std::vector<Params>{v[i], g});
      x[i] = plane.apply(step, std::vector<Params>{x[i], u[i], v[i]});
    }
  }
  plane.flush();
  CHECK(plane.peak_bytes() == before);
}

}  // namespace
}  // namespace gossamer
