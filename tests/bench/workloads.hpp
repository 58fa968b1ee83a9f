#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <Eigen/Core>

#include "sim/learning/models/batches.hpp"
#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/softmax_regression.hpp"

/// The two models that simulations train most, on samples of MNIST's size, and the roofs of their steps: the matrix
/// products alone, done by Eigen on a batch that is one block of memory. No gathering, no softmax, no activation, no
/// biases.
namespace gossamer::bench {

inline constexpr Index features = 784, classes = 10, hidden = 64, batch_size = 32, samples = 60'000;

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// `count` samples, made once for each count. They are much larger than the caches, as batches of a real run are.
inline std::shared_ptr<const Dataset> data(Index count = samples) {
  static std::map<Index, std::shared_ptr<const Dataset>> all;
  auto& result = all[count];
  if (result == nullptr) {
    Dataset made{.name = "uniform", .classes = classes, .train = {}, .test = {}};
    made.train.dense = Eigen::MatrixXd::Random(features, count).cwiseAbs();
    made.train.labels.resize(count);
    for (Index k = 0; k < count; ++k) made.train.labels[k] = static_cast<double>(k % classes);
    result = std::make_shared<const Dataset>(std::move(made));
  }
  return result;
}

/// Equal shards of `count` samples.
inline std::shared_ptr<const Partition> partition(NodeId nodes, Index count) {
  Partition result;
  result.samples.resize(static_cast<std::size_t>(nodes));
  for (Index k = 0; k < count; ++k) result.samples[static_cast<std::size_t>(k % nodes)].push_back(k);
  return std::make_shared<const Partition>(std::move(result));
}

template <class Scalar>
std::unique_ptr<Model<Scalar>> softmax_model() {
  return softmax_regression<Scalar>(*data(), {});
}
template <class Scalar>
std::unique_ptr<Model<Scalar>> mlp_model() {
  return mlp<Scalar>(*data(), {.hidden = {hidden}});
}

template <class Scalar>
EmpiricalRisk<Scalar> problem_with(std::unique_ptr<Model<Scalar>> model, NodeId nodes) {
  const Index count = std::max<Index>(samples, nodes);
  return {data(count), partition(nodes, count), std::move(model), {.batch_size = batch_size}, 1};
}

using Weights = Eigen::Map<const Rows>;

/// The products of softmax regression at the parameters x: Z = A Wᵀ and G = Δᵀ A.
class SoftmaxProducts {
 public:
  static constexpr Index parameters = classes * features + classes;

  void operator()(const float* x) {
    Z_.noalias() = A_ * Weights(x, classes, features).transpose();
    G_.noalias() = Z_.transpose() * A_;
    benchmark::DoNotOptimize(G_.data());
  }

 private:
  Rows A_ = Rows::Random(batch_size, features);
  Rows Z_ = Rows::Zero(batch_size, classes), G_ = Rows::Zero(classes, features);
};

/// The products of the MLP at the parameters x: both layers forwards, their gradients, and the second layer's residuals
/// backwards.
class MlpProducts {
 public:
  static constexpr Index parameters = (features + 1) * hidden + (hidden + 1) * classes;

  void operator()(const float* x) {
    const Weights w1(x, hidden, features);
    const Weights w2(x + (features + 1) * hidden, classes, hidden);
    H_.noalias() = A_ * w1.transpose();
    Z_.noalias() = H_ * w2.transpose();
    G2_.noalias() = Z_.transpose() * H_;
    D_.noalias() = Z_ * w2;
    G1_.noalias() = D_.transpose() * A_;
    benchmark::DoNotOptimize(G1_.data());
  }

 private:
  Rows A_ = Rows::Random(batch_size, features);
  Rows H_ = Rows::Zero(batch_size, hidden), Z_ = Rows::Zero(batch_size, classes), D_ = Rows::Zero(batch_size, hidden);
  Rows G1_ = Rows::Zero(hidden, features), G2_ = Rows::Zero(classes, hidden);
};

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace gossamer::bench
