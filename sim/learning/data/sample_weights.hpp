#pragma once
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/partition.hpp"

namespace gossamer {

/// The weights of the nodes in f: all equal, or proportional to their numbers of samples.
enum class NodeWeights { equal, samples };

/// "equal" or "samples".
std::string_view name(NodeWeights weights);

/// The weights of nodes and training samples in
///
///     f = (1/n) Σ_i f_i,        f_i = s_i · (mean over the m_i samples of node i, plus regularizer)
///     s_i = 1                                   if nodes count the same
///     s_i = n m_i / Σ_j m_j                     if they count by samples: f is then the mean over all samples
///
/// So sample k of node i has the weight s_i / (n m_i) in f, and a sample that no node holds has the weight 0.
/// Shapes  `node_scales` has n elements, `relative` has m or none.
struct SampleWeights {
  SampleWeights(const Partition& partition, NodeWeights weights, Index samples);

  std::vector<double> node_scales;  ///< s_i

  /// The weight of each training sample in f, divided by its weight 1/m in the mean over all samples. Empty if all are
  /// 1, for example if all nodes hold equally many samples.
  Eigen::VectorXd relative;
};

}  // namespace gossamer
