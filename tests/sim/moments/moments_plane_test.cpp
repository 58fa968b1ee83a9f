#include "sim/moments/moments_plane.hpp"

#include <array>
#include <memory>

#include <doctest/doctest.h>

#include "sim/compression/random_k.hpp"
#include "sim/compression/top_k.hpp"
#include "sim/moments/moments_error.hpp"
#include "sim/numerics/functions/choice.hpp"
#include "sim/numerics/functions/sign.hpp"
#include "tests/sim/moments/moments_cluster.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer::moments_plane_test {
namespace {

using testing::DiagonalQuadratics;
using testing::moments_plane;

constexpr Index d = 4;

/// f(x) = ‖x‖² − (1, …, 1)ᵀx, whose gradients have noise of variance 1 on each coordinate.
struct Plane {
  DiagonalQuadratics objective{Eigen::MatrixXd::Constant(d, 2, 2.0), Eigen::MatrixXd::Ones(d, 2)};
  std::unique_ptr<MomentsPlane> plane =
      moments_plane(objective, {.nodes = 2,
                                .hessian = [](NodeId) -> Eigen::MatrixXd { return Eigen::MatrixXd::Constant(d, 1, 2.0); },
                                .noise = 1});
  Params g = plane->gradient(0, 0, plane->initial_params(0));  // −(1, …, 1) + ξ
};

TEST_CASE("A version has the expectation of an ordinary one, and the moments of its noise") {
  Plane all;
  MomentsPlane& plane = *all.plane;
  CHECK(plane.values(all.g) == std::vector<double>(d, -1.0));
  CHECK(plane.moments(all.g).square == d);
  CHECK(plane.moments(all.g).loss == d);                 // ξᵀ 2 ξ/2
  CHECK(plane.moments(all.g).gradient_square == 4 * d);  // ‖2 ξ‖²
  const Params other = plane.gradient(1, 0, all.g);      // −3 + 2 ξ + ξ'
  CHECK(plane.values(other) == std::vector<double>(d, -3.0));
  CHECK(plane.moments(other).square == 5 * d);
  const Params sum = all.g - 0.5 * other;  // 1/2 − ξ'/2
  CHECK(plane.values(sum) == std::vector<double>(d, 0.5));
  CHECK(plane.moments(sum).square == 0.25 * d);
  const std::array models{all.g, other};
  const Params mean = plane.mean(models);  // −2 + (3 ξ + ξ')/2
  CHECK(plane.values(mean) == std::vector<double>(d, -2.0));
  CHECK(plane.moments(mean).square == 2.5 * d);
  CHECK(plane.consensus_distance(models, mean) == 2 * d + 2 * d * (0.25 + 0.25));  // ±(1 − (ξ + ξ')/2)
  CHECK(plane.moments(plane.ring_mean(models)).square == 2.5 * d);
  const Params direction = plane.newton_direction(0, all.g, other);  // other / 2
  CHECK(plane.values(direction) == std::vector<double>(d, -1.5));
  CHECK(plane.moments(direction).square == 1.25 * d);
}

TEST_CASE("Gradients over all samples and known vectors have no noise") {
  Plane all;
  MomentsPlane& plane = *all.plane;
  const std::array known{1.0, 2.0, 3.0, 4.0};
  const Params x = plane.with_values(known);
  CHECK(plane.values(x) == std::vector<double>{1, 2, 3, 4});
  CHECK(plane.moments(x).square == 0);
  const Params full = plane.gradient(0, GradientAddress::all_samples, x);
  CHECK(plane.values(full) == std::vector<double>{1, 3, 5, 7});
  CHECK(plane.moments(full).square == 0);
}

TEST_CASE("Linear compressors and choices of coordinates act on expectation and noise alike") {
  Plane all;
  MomentsPlane& plane = *all.plane;
  const RandomK codec{{.fraction = 0.5, .unbiased = true}};  // two of four coordinates, doubled
  const Params message = plane.encode(codec, all.g, {1, Purpose::encoding});
  CHECK(message.version()->encoded);
  const Params decoded = plane.decode(codec, message, {});
  double sum = 0;
  for (const double value : plane.values(decoded)) sum += value;
  CHECK(sum == -4);
  CHECK(plane.moments(decoded).square == 2 * 4);
  const auto choice = std::make_shared<const PartChoice>(0, 4);  // one coordinate of the first, three of the second
  const std::array arguments{all.g, plane.gradient(1, 0, all.g)};
  const Params chosen = plane.apply(choice, arguments);
  CHECK(plane.values(chosen) == std::vector<double>{-1, -3, -3, -3});
  CHECK(plane.moments(chosen).square == 1 + 3 * 5);
}

TEST_CASE("Operations without exact moments are refused in one sentence each") {
  Plane all;
  MomentsPlane& plane = *all.plane;
  const std::string decision =
      "this algorithm decides by numbers of its models, which differ from one draw of the noise to another";
  CHECK(message_of<MomentsError>([&] { plane.squared_norm(all.g); }) == decision);
  CHECK(message_of<MomentsError>([&] { plane.loss(0, all.g); }) == decision);
  CHECK(message_of<MomentsError>([&] { plane.summarize({}); }) == decision);
  CHECK(message_of<MomentsError>([&] { plane.apply(std::make_shared<const Sign>(), std::array{all.g}); }) ==
        "this algorithm applies a function to vectors that is not linear");
  CHECK(message_of<MomentsError>([&] { plane.encode(TopK{{.fraction = 0.5}}, all.g, {1, Purpose::encoding}); }) ==
        "the compressor of this algorithm is not linear");
}

}  // namespace
}  // namespace gossamer::moments_plane_test
