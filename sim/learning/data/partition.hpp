#pragma once
#include <cstdint>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/learning/data/dataset.hpp"

namespace gossamer {

/// The training samples of each node: `samples[i]` are the columns of node i, never empty, disjoint, and together all
/// of the training part.
struct Partition {
  std::vector<std::vector<Index>> samples;
};

// Every partition below lists a node's samples in ascending order and throws LearningError if there are more nodes than
// samples.
// Cost  O(m log m) time for m samples. With C classes, Dirichlet shares take n C gamma draws for each attempt; a mixture
//       takes O(C) time for each sample besides.

/// Random parts whose sizes differ by at most 1: all nodes have samples of the same distribution.
Partition iid_partition(Index samples, NodeId nodes, std::uint64_t seed);

/// Node i holds the samples ⌊i m/n⌋ … ⌊(i + 1) m/n⌋ − 1, in the order of the data.
Partition contiguous_partition(Index samples, NodeId nodes);

/// Sorted by label and cut into n · shards_per_node shards (sizes differ by at most 1), of which every node gets
/// `shards_per_node` at random. So a node has about that many classes.
///
/// McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks from
/// decentralized data", AISTATS 2017, arXiv:1602.05629, section 3 (2 shards for each of 100 clients).
/// Throws LearningError for regression data and for more shards than samples.
struct LabelShards {
  Index shards_per_node = 2;  ///< ≥ 1
};
Partition label_shards_partition(const Dataset& data, NodeId nodes, const LabelShards& settings, std::uint64_t seed);

/// Each class c is divided among the nodes by its own random shares p_c ~ Dir_n(α, …, α): node i holds about a fraction
/// p_ci of the samples of class c, chosen at random.
///
/// With a small α few nodes hold a class, and nodes differ much in size. With α → ∞ every node holds the same share.
/// Yurochkin et al., "Bayesian nonparametric federated learning of neural networks", ICML 2019, arXiv:1905.12022.
/// Shares become numbers by rounding their partial sums.
/// As long as a node has fewer than `min_samples`, all shares are drawn again. Throws LearningError after 200 draws,
/// and for regression data.
struct Dirichlet {
  double alpha = 0.5;     ///< α > 0
  Index min_samples = 1;  ///< ≥ 1
};
Partition dirichlet_partition(const Dataset& data, NodeId nodes, const Dirichlet& settings, std::uint64_t seed);

/// Each node draws its own mixture of classes q_i ~ Dir(α p), where p are the shares of the classes in all data. It
/// takes as many samples as any other node (sizes differ by at most 1), each of a class drawn from q_i.
///
/// Hsu, Qi, Brown, "Measuring the effects of non-identical data distribution for federated visual classification",
/// arXiv:1909.06335. Nodes choose in order, without replacement. A class without remaining samples is removed from the
/// mixtures, so the last nodes may not get the mixtures that they drew. With α → 0 a node has one class, with α → ∞ the
/// mixture of all data. Needs only one sample for each node. Throws LearningError for regression data.
struct DirichletMixture {
  double alpha = 1;  ///< α > 0; with C classes of equal size, every class has the parameter α/C
};
Partition dirichlet_mixture_partition(const Dataset& data, NodeId nodes, const DirichletMixture& settings,
                                      std::uint64_t seed);

}  // namespace gossamer
