#include <cmath>
#include <utility>

#include <Eigen/QR>

#include "sim/ground/random.hpp"
#include "sim/learning/models/quadratics.hpp"

namespace gossamer {
namespace {

/// The purpose of a node's draws of `Purpose::objective`. Common parts are drawn at node 0 as well.
enum class Draw : std::uint64_t { common_vector, common_matrix, vector, matrix };

Draws draws_for(std::uint64_t seed, Draw what, NodeId node = 0) {
  return {seed, Purpose::objective, node, static_cast<std::uint64_t>(what)};
}

Eigen::VectorXd normal_vector(Index size, Draws draws) {
  Eigen::VectorXd x(size);
  for (double& element : x) element = standard_normal(draws);
  return x;
}

Eigen::VectorXd geometric_spectrum(const RandomQuadratics& family) {
  const Index d = family.dimension;
  Eigen::VectorXd spectrum(d);
  for (Index k = 0; k < d; ++k)
    spectrum[k] = d == 1
                      ? family.L
                      : family.mu * std::pow(family.L / family.mu, static_cast<double>(k) / static_cast<double>(d - 1));
  return spectrum;
}

/// A matrix with the given eigenvalues along uniformly random axes, or in random order along the coordinates.
Eigen::MatrixXd with_spectrum(Eigen::VectorXd spectrum, Axes axes, Draws draws) {
  const Index d = spectrum.size();
  if (axes == Axes::coordinate) {
    for (Index k = d - 1; k > 0; --k)
      std::swap(spectrum[k], spectrum[static_cast<Index>(draws.below(static_cast<std::uint64_t>(k) + 1))]);
    return spectrum;
  }
  Eigen::MatrixXd normal(d, d);
  for (double& element : normal.reshaped()) element = standard_normal(draws);
  const Eigen::MatrixXd Q = Eigen::HouseholderQR<Eigen::MatrixXd>{normal}.householderQ();
  const Eigen::MatrixXd A = Q * spectrum.asDiagonal() * Q.transpose();
  return (A + A.transpose()) / 2;
}

}  // namespace

QuadraticTerms draw_quadratics(const RandomQuadratics& family, NodeId nodes, std::uint64_t seed) {
  const Eigen::VectorXd spectrum = geometric_spectrum(family);
  // Multiples of the identity have no axes.
  const Axes axes = family.mu == family.L ? Axes::coordinate : family.axes;
  const double h = family.hessian_spread;
  QuadraticTerms terms;
  terms.A = {with_spectrum(spectrum, axes, draws_for(seed, Draw::common_matrix))};
  if (h > 0) {
    const Eigen::MatrixXd common = terms.A[0];
    terms.A.clear();
    for (NodeId i = 0; i < nodes; ++i)
      terms.A.emplace_back((1 - h) * common + h * with_spectrum(spectrum, axes, draws_for(seed, Draw::matrix, i)));
  }
  const Eigen::VectorXd b = normal_vector(family.dimension, draws_for(seed, Draw::common_vector));
  terms.b.resize(family.dimension, nodes);
  for (NodeId i = 0; i < nodes; ++i)
    terms.b.col(i) = b + family.gradient_spread * normal_vector(family.dimension, draws_for(seed, Draw::vector, i));
  return terms;
}

}  // namespace gossamer
