#include "sim/learning/models/empirical_risk.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <omp.h>
#include <Eigen/Cholesky>

#include "sim/ground/dense_eigenvalues.hpp"
#include "sim/learning/models/gram.hpp"
#include "sim/learning/models/sample_blocks.hpp"

namespace gossamer {
namespace {

std::vector<Index> all_samples(Index count) {
  std::vector<Index> samples(static_cast<std::size_t>(count));
  std::iota(samples.begin(), samples.end(), Index{0});
  return samples;
}

/// Counter of the draws of the test samples for scores; the training samples have the counter 0.
constexpr std::uint64_t of_the_test_part = 1;

/// `size` of `count` random samples: the first of a fixed order, so that a smaller subset is part of a larger one.
std::vector<Index> random_samples(Index size, Index count, const char* part, const Draws& draws) {
  if (size < 1 || size > count)
    throw LearningError{fmt::format("evaluation: {} {} samples asked for, expected 1 to {}", size, part, count)};
  std::vector<Index> samples = all_samples(size);
  const Permutation order{count, draws};
  for (Index& sample : samples) sample = order(sample);
  return samples;
}

/// The samples, those of equal weight one after another, otherwise in their order.
std::vector<Index> grouped_by_weight(std::vector<Index> samples, const Eigen::VectorXd& weights) {
  if (weights.size() > 0)
    std::stable_sort(samples.begin(), samples.end(), [&](Index a, Index b) { return weights[a] < weights[b]; });
  return samples;
}

/// The partition, if it fits the data.
const Partition& checked(const Partition& partition, const Dataset& data) {
  std::vector<char> seen(static_cast<std::size_t>(data.train.count()), 0);
  for (std::size_t node = 0; node < partition.samples.size(); ++node) {
    if (partition.samples[node].empty()) throw LearningError{fmt::format("partition: node {} holds no sample", node)};
    for (const Index k : partition.samples[node]) {
      if (k < 0 || k >= data.train.count())
        throw LearningError{fmt::format("partition: node {} holds sample {}, but \"{}\" has {} training samples", node,
                                        k, data.name, data.train.count())};
      if (seen[static_cast<std::size_t>(k)]++ != 0)
        throw LearningError{fmt::format("partition: sample {} is held twice, the second time by node {}", k, node)};
    }
  }
  return partition;
}

}  // namespace

/// Sums over samples. `gradient` is the weighted mean ∇F over them; its regularizer is multiplied by the average
/// weight.
template <class Scalar>
struct EmpiricalRisk<Scalar>::Measures {
  double loss = 0;
  double weighted_loss = 0;
  double weight = 0;
  Index correct = 0;
  Eigen::VectorXd gradient;
};

template <class Scalar>
EmpiricalRisk<Scalar>::EmpiricalRisk(std::shared_ptr<const Dataset> data, std::shared_ptr<const Partition> partition,
                                     std::unique_ptr<const Model<Scalar>> model, const Minibatches& minibatches,
                                     std::uint64_t seed, NodeWeights node_weights)
    : data_{std::move(data)},
      partition_{std::move(partition)},
      model_{std::move(model)},
      minibatches_{minibatches},
      node_weights_{node_weights},
      weights_{checked(*partition_, *data_), node_weights, data_->train.count()},
      seed_{seed},
      train_{data_->train},
      test_{data_->test},
      all_samples_{grouped_by_weight(all_samples(train_.count()), weights_.relative)} {}

template <class Scalar>
void EmpiricalRisk<Scalar>::gradient(NodeId node, std::uint64_t step, const Scalar* x, Scalar* g,
                                     Workspace& workspace) const {
  gradient_of(node, {train_, batch_at({node, step}, workspace)}, x, g, workspace);
}

template <class Scalar>
void EmpiricalRisk<Scalar>::gradient_before(const GradientAddress& next, const GradientAddress& at, const Scalar* x,
                                            Scalar* g, Workspace& workspace) const {
  const bool fetches = model_->fetches_upcoming() && minibatches_.batch_size > 0 && !train_.is_sparse();
  const auto upcoming = fetches ? batch_at(next, workspace) : std::span<const Index>{};
  gradient_of(at.node, {train_, batch_at(at, workspace), upcoming}, x, g, workspace);
}

/// The samples of a minibatch, in the workspace; or one sample, or all of the node.
template <class Scalar>
std::span<const Index> EmpiricalRisk<Scalar>::batch_at(const GradientAddress& at, Workspace& workspace) const {
  const std::span<const Index> shard = partition_->samples[static_cast<std::size_t>(at.node)];
  if (at.step >= GradientAddress::first_sample && at.step != GradientAddress::all_samples)
    return shard.subspan(static_cast<std::size_t>(at.step - GradientAddress::first_sample), 1);
  if (minibatches_.batch_size == 0 || at.step == GradientAddress::all_samples) return shard;
  const std::span<Index> drawn{workspace.take<Index>(minibatches_.batch_size),
                               static_cast<std::size_t>(minibatches_.batch_size)};
  draw_batch(minibatches_.sampling, seed_, at.node, at.step, shard, drawn);
  return drawn;
}

template <class Scalar>
void EmpiricalRisk<Scalar>::gradient_of(NodeId node, const Batch<Scalar>& batch, const Scalar* x, Scalar* g,
                                        Workspace& workspace) const {
  batch_gradient(batch, x, g, workspace);
  const double scale = weights_.node_scales[static_cast<std::size_t>(node)];
  if (scale == 1) return;
  for (Index k = 0; k < dimension(); ++k) g[k] *= static_cast<Scalar>(scale);
}

template <class Scalar>
void EmpiricalRisk<Scalar>::batch_gradient(const Batch<Scalar>& whole, const Scalar* x, Scalar* g,
                                           Workspace& workspace) const {
  const std::span<const Index> batch = whole.samples;
  if (batch.size() <= block_size) return model_->gradient(whole, x, g, workspace);

  const Index d = dimension();
  Scalar* const part = workspace.take<Scalar>(d);
  Workspace scratch;
  std::fill_n(g, d, Scalar{0});
  for_each_block(batch, [&](std::span<const Index> block) {
    model_->gradient({train_, block}, x, part, scratch);
    const auto share = static_cast<Scalar>(static_cast<double>(block.size()) / static_cast<double>(batch.size()));
    for (Index k = 0; k < d; ++k) g[k] += share * part[k];
    scratch.clear();
  });
}

template <class Scalar>
auto EmpiricalRisk<Scalar>::measure(const Part& whole, const Scalar* x, bool gradient, int threads) const -> Measures {
  const std::span<const Index> samples = whole.samples;
  const std::size_t slices = std::min(most_slices, (samples.size() + block_size - 1) / block_size);
  std::vector<Measures> parts(slices);
  const Index d = dimension();
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (std::size_t s = 0; s < slices; ++s) {
    Workspace workspace;
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> g(gradient ? d : 0);
    Measures& part = parts[s];
    if (gradient) part.gradient = Eigen::VectorXd::Zero(d);
    const std::size_t first = samples.size() * s / slices, last = samples.size() * (s + 1) / slices;
    for_each_weighted_block(
        samples.subspan(first, last - first), whole.weights, [&](std::span<const Index> block, double weight) {
          const Score score = model_->score({whole.table, block}, x, workspace);
          part.loss += score.loss;
          part.weighted_loss += weight * score.loss;
          part.correct += score.correct;
          workspace.clear();
          const double share = weight * static_cast<double>(block.size()) / static_cast<double>(samples.size());
          part.weight += share;
          if (!gradient || share == 0) return;
          model_->gradient({whole.table, block}, x, g.data(), workspace);
          part.gradient += share * g.template cast<double>();
          workspace.clear();
        });
  }
  Measures total = std::move(parts[0]);
  for (std::size_t s = 1; s < slices; ++s) {
    total.loss += parts[s].loss;
    total.weighted_loss += parts[s].weighted_loss;
    total.weight += parts[s].weight;
    total.correct += parts[s].correct;
    if (gradient) total.gradient += parts[s].gradient;
  }
  return total;
}

template <class Scalar>
Eigen::VectorXd EmpiricalRisk<Scalar>::full_gradient(const Scalar* x, int threads) const {
  Measures all = measure({train_, weights_.relative, all_samples_}, x, true, threads);
  const Eigen::VectorXd model =
      Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(x, dimension()).template cast<double>();
  return all.gradient + (1 - all.weight) * model_->l2() * model;
}

template <class Scalar>
std::vector<Index> EmpiricalRisk<Scalar>::random_subset(Index size) const {
  return grouped_by_weight(random_samples(size, train_.count(), "training", {seed_, Purpose::evaluation}),
                           weights_.relative);
}

template <class Scalar>
Evaluation EmpiricalRisk<Scalar>::evaluate(const Scalar* x, const EvaluationScope& scope) const {
  const Eigen::VectorXd model =
      Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(x, dimension()).template cast<double>();
  const double regularizer = model_->l2() / 2 * model.squaredNorm();

  const std::vector<Index> subset = scope.train_samples ? random_subset(*scope.train_samples) : std::vector<Index>{};
  const std::span<const Index> samples = scope.train_samples ? subset : all_samples_;
  Measures train = measure({train_, weights_.relative, samples}, x, scope.gradient, scope.threads);
  Evaluation result;
  const auto count = static_cast<double>(samples.size());
  result.train_loss = train.weighted_loss / count + regularizer;
  if (weights_.relative.size() > 0) {
    result.pooled_train_loss = train.loss / count + regularizer;
    // The regularizer counts once, for any sum of a subset's weights.
    if (scope.gradient) train.gradient += (1 - train.weight) * model_->l2() * model;
  }
  if (model_->classifies()) result.train_accuracy = static_cast<double>(train.correct) / count;
  if (scope.gradient) result.gradient_norm = train.gradient.norm();
  if (scope.test && test_.count() > 0) {
    const auto test_count = static_cast<double>(test_.count());
    const Eigen::VectorXd all_the_same;
    const Measures test = measure({test_, all_the_same, all_samples(test_.count())}, x, false, scope.threads);
    result.test_loss = test.loss / test_count + regularizer;
    if (model_->classifies()) result.test_accuracy = static_cast<double>(test.correct) / test_count;
  }
  if (const auto& best = optimum()) {
    const Eigen::VectorXd error = model - best->x;
    result.distance_to_optimum = error.norm();
    result.suboptimality = error.dot(best->hessian * error) / 2;  // losses near x* differ by rounding errors only
  }
  return result;
}

template <class Scalar>
std::vector<ModelScore> EmpiricalRisk<Scalar>::score(std::span<const Scalar* const> models,
                                                     const ScoreScope& scope) const {
  const std::vector<Index> subset = scope.train_samples ? random_subset(*scope.train_samples) : std::vector<Index>{};
  const std::span<const Index> train = scope.train_samples ? subset : all_samples_;
  std::vector<Index> test;
  if (scope.test_samples != 0)
    test = scope.test_samples ? random_samples(*scope.test_samples, test_.count(), "test",
                                               {seed_, Purpose::evaluation, 0, of_the_test_part})
                              : all_samples(test_.count());
  std::vector<ModelScore> scores(models.size());
#pragma omp parallel for num_threads(scope.threads) schedule(dynamic)
  for (std::size_t i = 0; i < models.size(); ++i) scores[i] = score_of(models[i], train, test);
  return scores;
}

template <class Scalar>
ModelScore EmpiricalRisk<Scalar>::score_of(const Scalar* x, std::span<const Index> train,
                                           std::span<const Index> test) const {
  const Eigen::VectorXd model =
      Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(x, dimension()).template cast<double>();
  const double regularizer = model_->l2() / 2 * model.squaredNorm();
  const auto mean = [](double sum, std::span<const Index> samples) {
    return sum / static_cast<double>(samples.size());
  };
  ModelScore score;
  const Measures trained = measure({train_, weights_.relative, train}, x, false, 1);
  score.train_loss = mean(trained.weighted_loss, train) + regularizer;
  if (classifies()) score.train_accuracy = mean(static_cast<double>(trained.correct), train);
  if (test.empty()) return score;
  const Eigen::VectorXd all_the_same;
  const Measures tested = measure({test_, all_the_same, test}, x, false, 1);
  score.test_loss = mean(tested.loss, test) + regularizer;
  if (classifies()) score.test_accuracy = mean(static_cast<double>(tested.correct), test);
  return score;
}

template <class Scalar>
auto EmpiricalRisk<Scalar>::optimum() const -> const std::optional<Optimum>& {
  std::call_once(optimum_once_, [this] {
    const auto curvature = model_->curvature();
    if (!curvature || curvature->lower != curvature->upper || dimension() > largest_solved) return;
    Eigen::MatrixXd hessian = gram_matrix(data_->train, weights_.relative, curvature->intercept);
    hessian.diagonal().array() += curvature->l2;
    const Eigen::LDLT<Eigen::MatrixXd> solver{hessian};
    constexpr double singular = 1e-12;  // below this the solution is rounding error
    if (solver.info() != Eigen::Success || !(solver.rcond() > singular)) return;
    optimum_ = Optimum{.x = solver.solve(label_moment(data_->train, weights_.relative, curvature->intercept)),
                       .hessian = std::move(hessian)};
  });
  return optimum_;
}

/// s_i (upper · λ_max(Ã_iÃ_iᵀ/m_i) + λ) for each node i.
template <class Scalar>
std::vector<double> EmpiricalRisk<Scalar>::smoothness_of_nodes(const Curvature& curvature) const {
  const std::size_t nodes = partition_->samples.size();
  std::vector<double> bounds(nodes);
  // If there are fewer nodes than threads, all threads work for one node after the other.
#pragma omp parallel for schedule(dynamic) if (nodes >= static_cast <std::size_t>(omp_get_max_threads()))
  for (std::size_t i = 0; i < nodes; ++i) {
    const double eigenvalue = largest_gram_eigenvalue(data_->train, partition_->samples[i], curvature.intercept);
    bounds[i] = weights_.node_scales[i] * (curvature.upper * eigenvalue + curvature.l2);
  }
  return bounds;
}

template <class Scalar>
std::optional<double> EmpiricalRisk<Scalar>::smoothness() const {
  const auto curvature = model_->curvature();
  if (!curvature) return std::nullopt;
  std::call_once(smoothness_once_, [&] { smoothness_ = smoothness_of_nodes(*curvature); });
  return *std::max_element(smoothness_.begin(), smoothness_.end());
}

/// lower · λ_min(ÃÃᵀ/m) + λ, where the eigenvalue counts as 0 if it is unknown or no more than rounding.
template <class Scalar>
double EmpiricalRisk<Scalar>::least_convexity(const Curvature& curvature) const {
  if (curvature.lower == 0 || dimension() > largest_solved) return curvature.l2;
  const double least =
      least_of(symmetric_eigenvalues(gram_matrix(data_->train, weights_.relative, curvature.intercept)));
  return curvature.lower * least + curvature.l2;
}

template <class Scalar>
std::optional<double> EmpiricalRisk<Scalar>::strong_convexity() const {
  const auto curvature = model_->curvature();
  if (!curvature) return std::nullopt;
  std::call_once(convexity_once_, [&] { convexity_ = least_convexity(*curvature); });
  return convexity_ > 0 ? std::optional{convexity_} : std::nullopt;
}

template <class Scalar>
std::optional<double> EmpiricalRisk<Scalar>::gradient_variance() const {
  return minibatches_.batch_size == 0 ? std::optional{0.0} : std::nullopt;
}

template <class Scalar>
std::optional<double> EmpiricalRisk<Scalar>::heterogeneity_at_optimum() const {
  const auto& best = optimum();
  if (!best) return std::nullopt;
  const auto curvature = model_->curvature();
  const std::size_t nodes = partition_->samples.size();
  std::vector<double> squares(nodes);
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < nodes; ++i) {
    const Eigen::VectorXd gradient =
        least_squares_gradient(data_->train, partition_->samples[i], curvature->intercept, best->x) +
        curvature->l2 * best->x;
    squares[i] = std::pow(weights_.node_scales[i], 2) * gradient.squaredNorm();
  }
  return std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(nodes);
}

template <class Scalar>
std::optional<double> EmpiricalRisk<Scalar>::steps_per_epoch() const {
  if (minibatches_.batch_size == 0) return 1;
  const auto nodes = static_cast<double>(partition_->samples.size());
  double held = 0;
  for (const auto& own : partition_->samples) held += static_cast<double>(own.size());
  return held / nodes / static_cast<double>(minibatches_.batch_size);
}

template <class Scalar>
Work EmpiricalRisk<Scalar>::step_work(NodeId node) const {
  const std::vector<Index>& shard = partition_->samples[static_cast<std::size_t>(node)];
  const auto samples =
      static_cast<double>(minibatches_.batch_size > 0 ? minibatches_.batch_size : static_cast<Index>(shard.size()));
  auto stored = static_cast<double>(train_.features());
  double bytes_of_one = sizeof(Scalar);
  if (train_.is_sparse()) {
    Index sum = 0;
    for (const Index k : shard) sum += train_.sparse().outerIndexPtr()[k + 1] - train_.sparse().outerIndexPtr()[k];
    stored = static_cast<double>(sum) / static_cast<double>(shard.size());
    bytes_of_one += sizeof(typename SampleTable<Scalar>::Sparse::StorageIndex);
  }
  const double model = 2.0 * static_cast<double>(dimension()) * sizeof(Scalar);  // x is read, g written
  return {.flops = samples * model_->flops_per_sample(stored), .bytes = samples * stored * bytes_of_one + model};
}

template class EmpiricalRisk<float>;
template class EmpiricalRisk<double>;

}  // namespace gossamer
