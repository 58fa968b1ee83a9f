#include <string>
#include <utility>
#include <vector>

#include "sim/learning/data/data_registry.hpp"
#include "sim/learning/data/partition.hpp"

namespace gossamer {
namespace {

/// A partition that has no settings.
struct Nothing {};

template <class S, class Build>
PartitionEntry partition_entry(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                               std::string paper = {}) {
  return entry<Partition(const Dataset&, NodeId, std::uint64_t)>(std::move(name), std::move(sentence), build,
                                                                 std::move(fields), std::move(paper));
}

}  // namespace

const std::vector<PartitionEntry>& partitions() {
  static const std::vector<PartitionEntry> entries{
      partition_entry<Nothing>("iid", "random parts of equal size: every node sees the same distribution",
                               [](Nothing, const Dataset& data, NodeId nodes, std::uint64_t seed) {
                                 return iid_partition(data.train.count(), nodes, seed);
                               },
                               {}),
      partition_entry<Nothing>("contiguous", "samples as they stand, cut into parts of equal size",
                               [](Nothing, const Dataset& data, NodeId nodes, std::uint64_t) {
                                 return contiguous_partition(data.train.count(), nodes);
                               },
                               {}),
      partition_entry<LabelShards>(
          "label_shards", "sorted by label, cut into shards, a few shards for each node",
          [](const LabelShards& settings, const Dataset& data, NodeId nodes, std::uint64_t seed) {
            return label_shards_partition(data, nodes, settings, seed);
          },
          {{"shards_per_node", &LabelShards::shards_per_node, at_least(1), "shards that each node gets"}},
          "McMahan, Moore, Ramage, Hampson, Agüera y Arcas, \"Communication-efficient learning of deep networks from "
          "decentralized data\", AISTATS 2017, arXiv:1602.05629"),
      partition_entry<Dirichlet>(
          "dirichlet", "each class dealt out to the nodes by Dirichlet shares",
          [](const Dirichlet& settings, const Dataset& data, NodeId nodes, std::uint64_t seed) {
            return dirichlet_partition(data, nodes, settings, seed);
          },
          {{"alpha", &Dirichlet::alpha, above(0), "concentration: small gives a class to few nodes"},
           {"min_samples", &Dirichlet::min_samples, at_least(1), "samples that every node gets at least"}},
          "Yurochkin et al., \"Bayesian nonparametric federated learning of neural networks\", ICML 2019, "
          "arXiv:1905.12022"),
      partition_entry<DirichletMixture>(
          "dirichlet_mixture", "nodes of equal size, each with its own Dirichlet mixture of classes",
          [](const DirichletMixture& settings, const Dataset& data, NodeId nodes, std::uint64_t seed) {
            return dirichlet_mixture_partition(data, nodes, settings, seed);
          },
          {{"alpha", &DirichletMixture::alpha, above(0), "concentration: small gives a node few classes"}},
          "Hsu, Qi, Brown, \"Measuring the effects of non-identical data distribution for federated visual "
          "classification\", arXiv:1909.06335")};
  return entries;
}

}  // namespace gossamer
