#include "sim/moments/noise_space.hpp"

#include <cmath>
#include <deque>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "sim/ground/random.hpp"
#include "sim/moments/moments_error.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer::noise_space_test {
namespace {

using Eigen::MatrixXd;

constexpr Index d = 3;
constexpr NodeId nodes = 4;

/// A symmetric matrix with eigenvalues of a few tenths.
MatrixXd symmetric(std::uint64_t number) {
  Draws draws{number, Purpose::data};
  MatrixXd A(d, d);
  for (double& element : A.reshaped()) element = draws.uniform();
  return (A + A.transpose()) / 4;
}

/// Second moments of the last models of a random linear program: gradients, sums of old models and gradients, second
/// gradients with the same draw.
std::vector<double> moments_of_program(const NoiseSpace::Setup& setup, int steps, Index* most_columns = nullptr) {
  NoiseSpace space{setup};
  std::vector<std::unique_ptr<NoisePart>> models;
  for (NodeId i = 0; i < nodes; ++i) models.push_back(std::make_unique<NoisePart>(space));
  Draws draws{7, Purpose::data};
  for (int k = 0; k < steps; ++k) {
    const auto i = static_cast<NodeId>(draws.below(nodes)), j = static_cast<NodeId>(draws.below(nodes));
    NoisePart g{space}, second{space};
    auto next = std::make_unique<NoisePart>(space);
    const auto& mine = *models[static_cast<std::size_t>(i)];
    const auto& theirs = *models[static_cast<std::size_t>(j)];
    space.multiply(i, mine, g);
    space.add_draw(i, static_cast<std::uint64_t>(k), g);
    space.multiply(i, theirs, second);
    space.add_draw(i, static_cast<std::uint64_t>(k), second);
    next->add(0.6, mine);
    next->add(0.4, theirs);
    next->add(-0.3, g);
    next->add(0.2, second);
    models[static_cast<std::size_t>(i)] = std::move(next);
    if (most_columns) *most_columns = std::max(*most_columns, space.columns());
  }
  std::vector<double> result;
  for (const auto& x : models) {
    const SecondMoments moments = space.moments(*x);
    result.insert(result.end(), {moments.square, moments.loss, moments.gradient_square});
    result.push_back(space.squared_distance(*x, *models.front()));
  }
  return result;
}

NoiseSpace::Setup setup_of(std::function<MatrixXd(NodeId)> hessian) {
  return {.dimension = d, .nodes = nodes, .hessian = std::move(hessian), .noise = 0.5};
}

void check_equal(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) CHECK(std::abs(found[k] - expected[k]) <= 1e-12 * std::abs(expected[k]));
}

const std::vector<std::function<MatrixXd(NodeId)>>& families() {
  static const std::vector<std::function<MatrixXd(NodeId)>> all{
      [](NodeId node) { return symmetric(static_cast<std::uint64_t>(node)); },
      [](NodeId) { return symmetric(1); },
      [](NodeId node) -> MatrixXd { return symmetric(static_cast<std::uint64_t>(node)).diagonal(); }};
  return all;
}

TEST_CASE("Moments do not depend on how often the noise is transformed, and few columns are enough for any number of steps") {
  for (const auto& hessian : families()) {
    NoiseSpace::Setup often = setup_of(hessian), never = setup_of(hessian);
    often.fewest_columns = 1;
    never.fewest_columns = 1'000'000;
    Index columns = 0;
    check_equal(moments_of_program(often, 400, &columns), moments_of_program(never, 400));
    // At most 12 parts at a time, of d rows each in full, and 1/8 of the square of the rows.
    CHECK(columns <= 12 * 12 * d * d / 8);
  }
}

TEST_CASE("Moments in coordinates along eigenvectors, or of diagonals, are those of full matrices") {
  // The full layout is that of nodes with different matrices: node 4, which computes nothing, has another one.
  for (std::size_t family : {std::size_t{1}, std::size_t{2}}) {
    const auto& hessian = families()[family];
    NoiseSpace::Setup full = setup_of([&](NodeId node) -> MatrixXd {
      if (node == nodes) return symmetric(9);
      const MatrixXd A = hessian(node);
      return A.cols() == 1 ? MatrixXd{A.col(0).asDiagonal()} : A;
    });
    full.nodes = nodes + 1;
    const auto expected = moments_of_program(full, 60), found = moments_of_program(setup_of(hessian), 60);
    for (std::size_t k = 0; k < found.size(); ++k) {
      if (k % 4 == 1 || k % 4 == 2) continue;  // these contain the mean Hessian, which differs
      CHECK(std::abs(found[k] - expected[k]) <= 1e-12 * std::abs(expected[k]));
    }
  }
}

TEST_CASE("One draw has variance d s², its multiples their squares, and the same draw cancels itself") {
  for (const auto& hessian : families()) {
    NoiseSpace space{setup_of(hessian)};
    NoisePart g{space}, again{space}, other{space};
    space.add_draw(0, 0, g);
    space.add_draw(0, 0, again);
    space.add_draw(1, 0, other);
    CHECK(space.moments(g).square == doctest::Approx(d * 0.25).epsilon(1e-15));
    again.add(-1, g);
    CHECK(space.moments(again).square == 0);
    other.add(2, g);
    CHECK(space.moments(other).square == doctest::Approx(5 * d * 0.25).epsilon(1e-15));
  }
}

TEST_CASE("A⁻¹ undoes A") {
  for (const auto& hessian : families()) {
    const auto definite = [&hessian](NodeId node) -> MatrixXd {
      const MatrixXd A = hessian(node);
      return A.cols() == 1 ? MatrixXd{A.array().abs() + 1} : MatrixXd{A + 2 * MatrixXd::Identity(d, d)};
    };
    NoiseSpace space{setup_of(definite)};
    NoisePart g{space}, product{space}, back{space};
    space.add_draw(2, 5, g);
    space.multiply(2, g, product);
    space.solve(2, product, back);
    CHECK(space.squared_distance(product, g) > 0.01);
    CHECK(space.squared_distance(back, g) < 1e-28);
  }
}

TEST_CASE("A function of single coordinates applies to the usual ones, also if noise is kept along eigenvectors") {
  // Keeping coordinate 0 alone of x = A ξ leaves variance s² Σ_k A_0k².
  NoiseSpace space{setup_of(families()[1])};
  NoisePart g{space}, x{space}, kept{space}, later{space};
  space.add_draw(0, 0, g);
  space.multiply(0, g, x);
  const NoisePart* const argument = &x;
  space.map(
      [](std::span<const double* const> arguments, double* value) {
        value[0] = arguments[0][0];
        value[1] = value[2] = 0;
      },
      {&argument, 1}, kept);
  const MatrixXd A = symmetric(1);
  CHECK(space.moments(kept).square == doctest::Approx(0.25 * A.row(0).squaredNorm()).epsilon(1e-14));
  CHECK(space.moments(x).square == doctest::Approx(0.25 * A.squaredNorm()).epsilon(1e-14));
  space.multiply(0, kept, later);
  CHECK(space.moments(later).square ==
        doctest::Approx(0.25 * A.row(0).squaredNorm() * A.col(0).squaredNorm()).epsilon(1e-14));
  space.add_draw(3, 0, later);
  CHECK(space.moments(later).square ==
        doctest::Approx(0.25 * (A.row(0).squaredNorm() * A.col(0).squaredNorm() + d)).epsilon(1e-14));
}

TEST_CASE("Vectors that need too much memory are refused with their number") {
  NoiseSpace::Setup setup = setup_of(families()[0]);
  setup.memory = 1000;  // one part of d = 3 in full needs 2 × 2 × 8 × 3 × 3 bytes and more
  NoiseSpace space{setup};
  std::deque<NoisePart> parts;
  const auto draw = [&](NodeId node) {
    parts.emplace_back(space);
    space.add_draw(node, 0, parts.back());
  };
  const std::string message = message_of<MomentsError>([&] {
    for (NodeId node = 0; node < nodes; ++node) draw(node);
  });
  CHECK(message ==
        "3 vectors of 3 coordinates exist at a time, whose moments need 2.59e-06 GB, more than 1e-06 GB");
}

}  // namespace
}  // namespace gossamer::noise_space_test
