#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/gram.hpp"
#include "sim/learning/models/sample_blocks.hpp"

// The functions of one node over all its samples: f_i, and Newton directions.
namespace gossamer {

template <class Scalar>
std::uint64_t EmpiricalRisk<Scalar>::samples_of(NodeId node) const {
  return partition_->samples[static_cast<std::size_t>(node)].size();
}

template <class Scalar>
double EmpiricalRisk<Scalar>::steps_per_pass(NodeId node) const {
  if (minibatches_.batch_size == 0) return 1;
  return static_cast<double>(samples_of(node)) / static_cast<double>(minibatches_.batch_size);
}

template <class Scalar>
std::vector<double> EmpiricalRisk<Scalar>::known_minimum() const {
  const auto& best = optimum();
  return best ? std::vector<double>{best->x.begin(), best->x.end()} : std::vector<double>{};
}

template <class Scalar>
double EmpiricalRisk<Scalar>::loss(NodeId node, const Scalar* x, Workspace&) const {
  const std::span<const Index> shard = partition_->samples[static_cast<std::size_t>(node)];
  const Eigen::VectorXd model =
      Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>(x, dimension()).template cast<double>();
  Workspace scratch;
  double sum = 0;
  for_each_block(shard, [&](std::span<const Index> block) {
    sum += model_->score({train_, block}, x, scratch).loss;
    scratch.clear();
  });
  const double scale = weights_.node_scales[static_cast<std::size_t>(node)];
  return scale * (sum / static_cast<double>(shard.size()) + model_->l2() / 2 * model.squaredNorm());
}

template <class Scalar>
void EmpiricalRisk<Scalar>::newton_direction(NodeId node, const Scalar* x, const Scalar* g, Scalar* p,
                                             Workspace&) const {
  if (!model_->has_curvatures()) throw std::logic_error{"this model offers no Hessian"};
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const std::span<const Index> shard = partition_->samples[static_cast<std::size_t>(node)];
  Eigen::VectorXd curvatures(static_cast<Index>(shard.size()));
  Workspace scratch;
  double* next = curvatures.data();
  for_each_block(shard, [&](std::span<const Index> block) {
    model_->curvatures({train_, block}, x, next, scratch);
    next += block.size();
    scratch.clear();
  });
  const Curvature bounds = model_->curvature().value();
  const Eigen::VectorXd right = Eigen::Map<const Vector>(g, dimension()).template cast<double>();
  const double scale = weights_.node_scales[static_cast<std::size_t>(node)];
  const Eigen::VectorXd solution =
      solve_weighted_gram(data_->train, shard, curvatures, bounds.l2, bounds.intercept, right) / scale;
  Eigen::Map<Vector>(p, dimension()) = solution.template cast<Scalar>();
}

#define INSTANTIATE(Scalar)                                                                                            \
  template std::uint64_t EmpiricalRisk<Scalar>::samples_of(NodeId) const;                                              \
  template double EmpiricalRisk<Scalar>::steps_per_pass(NodeId) const;                                                 \
  template std::vector<double> EmpiricalRisk<Scalar>::known_minimum() const;                                           \
  template double EmpiricalRisk<Scalar>::loss(NodeId, const Scalar*, Workspace&) const;                                \
  template void EmpiricalRisk<Scalar>::newton_direction(NodeId, const Scalar*, const Scalar*, Scalar*, Workspace&) const;
INSTANTIATE(float)
INSTANTIATE(double)
#undef INSTANTIATE

}  // namespace gossamer
