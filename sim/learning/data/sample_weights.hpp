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
///     s_i = 1                                   where nodes count the same
///     s_i = n m_i / Σ_j m_j                     where they count by samples: f is then the mean over all of them
///
/// so that sample k of node i has the weight s_i / (n m_i) in f, and a sample that no node holds has none.
struct SampleWeights {
  SampleWeights(const Partition& partition, NodeWeights weights, Index samples);

  std::vector<double> node_scales;  ///< s_i

  /// Of each training sample, its weight in f over 1/m, that in the mean over all m. Empty if all of them are 1, as
  /// they are if all nodes hold equally many samples.
  Eigen::VectorXd relative;
};

}  // namespace gossamer
