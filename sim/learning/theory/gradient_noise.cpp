#include "sim/learning/theory/gradient_noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <omp.h>
#include <Eigen/Core>

#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

template <class Scalar>
using ScalarVector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

/// The mean of independent numbers with its standard error.
struct MeanOfDraws {
  double mean = 0;
  double standard_error = 0;
};

MeanOfDraws mean_of(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (count - 1) / count)};
}

template <class Scalar>
ScalarVector<Scalar> gradient_at(const Problem<Scalar>& problem, const GradientAddress& at, const Scalar* x,
                                 Workspace& workspace) {
  ScalarVector<Scalar> g(problem.dimension());
  problem.gradient(at.node, at.step, x, g.data(), workspace);
  workspace.clear();
  return g;
}

/// ‖∇F_node(x; k) − mean‖² for each of the samples k.
template <class Scalar>
std::vector<double> squared_deviations(const Problem<Scalar>& problem, NodeId node, const Scalar* x,
                                       const std::vector<std::uint64_t>& samples) {
  Workspace own;
  const ScalarVector<Scalar> mean = gradient_at<Scalar>(problem, {node, GradientAddress::all_samples}, x, own);
  std::vector<double> result(samples.size());
#pragma omp parallel
  {
    Workspace workspace;
#pragma omp for schedule(dynamic, 64)
    for (std::size_t k = 0; k < samples.size(); ++k) {
      const GradientAddress at{node, GradientAddress::of_sample(samples[k])};
      const ScalarVector<Scalar> deviation = gradient_at(problem, at, x, workspace) - mean;
      result[k] = deviation.template cast<double>().squaredNorm();
    }
  }
  return result;
}

/// The means f(i) of all nodes i. If there are fewer nodes than threads, the threads share each node's work.
template <class F>
GradientNoise noise_of_nodes(NodeId nodes, std::string source, F f) {
  GradientNoise noise{std::vector<double>(static_cast<std::size_t>(nodes)),
                      std::vector<double>(static_cast<std::size_t>(nodes)), std::move(source)};
#pragma omp parallel for schedule(dynamic) if (nodes >= omp_get_max_threads())
  for (NodeId i = 0; i < nodes; ++i) {
    const MeanOfDraws mean = f(i);
    noise.variances[static_cast<std::size_t>(i)] = mean.mean;
    noise.standard_errors[static_cast<std::size_t>(i)] = mean.standard_error;
  }
  return noise;
}

}  // namespace

template <class Scalar>
GradientNoise noise_of_samples(const Problem<Scalar>& problem, NodeId nodes, const Scalar* x, std::uint64_t seed) {
  constexpr double most_exact = 2e9, most_estimated = 5e8;  // coordinates
  constexpr Index fewest = 2, most = 4096;                  // samples of a node
  constexpr std::uint64_t counter = 3;
  const auto d = static_cast<double>(problem.dimension());
  double held = 0;
  for (NodeId i = 0; i < nodes; ++i) held += static_cast<double>(problem.samples_of(i));
  if (held * d <= most_exact)
    return noise_of_nodes(nodes, "from the gradients of all samples", [&](NodeId i) {
      std::vector<std::uint64_t> samples(problem.samples_of(i));
      std::iota(samples.begin(), samples.end(), std::uint64_t{0});
      const std::vector<double> squares = squared_deviations(problem, i, x, samples);
      const double sum = std::accumulate(squares.begin(), squares.end(), 0.0);
      return MeanOfDraws{sum / static_cast<double>(samples.size()), 0};
    });
  const auto chosen = std::clamp(static_cast<Index>(most_estimated / (nodes * d)), fewest, most);
  return noise_of_nodes(nodes, fmt::format("estimated from {} random samples of each node", chosen), [&](NodeId i) {
    Draws draws{seed, Purpose::evaluation, i, counter};
    std::vector<std::uint64_t> samples(static_cast<std::size_t>(chosen));
    for (std::uint64_t& sample : samples) sample = draws.below(problem.samples_of(i));
    return mean_of(squared_deviations(problem, i, x, samples));
  });
}

template <class Scalar>
GradientNoise noise_of_draws(const Problem<Scalar>& problem, NodeId nodes, const Scalar* x) {
  constexpr std::uint64_t first = std::uint64_t{1} << 55, pairs = 64;
  return noise_of_nodes(nodes, fmt::format("estimated from {} pairs of gradients of each node", pairs), [&](NodeId i) {
    Workspace workspace;
    std::vector<double> halves(pairs);
    for (std::uint64_t k = 0; k < pairs; ++k) {
      const auto g = gradient_at<Scalar>(problem, {i, first + 2 * k}, x, workspace);
      const auto h = gradient_at<Scalar>(problem, {i, first + 2 * k + 1}, x, workspace);
      halves[k] = (g - h).template cast<double>().squaredNorm() / 2;
    }
    return mean_of(halves);
  });
}

template GradientNoise noise_of_samples(const Problem<float>&, NodeId, const float*, std::uint64_t);
template GradientNoise noise_of_samples(const Problem<double>&, NodeId, const double*, std::uint64_t);
template GradientNoise noise_of_draws(const Problem<float>&, NodeId, const float*);
template GradientNoise noise_of_draws(const Problem<double>&, NodeId, const double*);

}  // namespace gossamer
