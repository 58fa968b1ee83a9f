#include "sim/learning/data/partition.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include "sim/learning/data/partition_report.hpp"
#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

/// `each` samples of every class, in the order 0, 1, …, 0, 1, …
Dataset balanced(int classes, Index each) {
  Dataset data;
  data.name = "balanced";
  data.classes = classes;
  data.train.labels.resize(classes * each);
  for (Index k = 0; k < data.train.count(); ++k) data.train.labels[k] = static_cast<double>(k % classes);
  data.train.dense = data.train.labels.transpose();
  return data;
}

/// Whether every sample is assigned exactly once, no node is empty and all lists ascend.
bool is_partition(const Partition& partition, Index samples) {
  std::vector<Index> all;
  for (const auto& node : partition.samples) {
    if (node.empty() || !std::is_sorted(node.begin(), node.end())) return false;
    all.insert(all.end(), node.begin(), node.end());
  }
  std::sort(all.begin(), all.end());
  for (std::size_t k = 0; k < all.size(); ++k)
    if (all[k] != static_cast<Index>(k)) return false;
  return static_cast<Index>(all.size()) == samples;
}

std::size_t size_of(const Partition& partition, std::size_t node) { return partition.samples[node].size(); }

}  // namespace

TEST_CASE("every partition assigns every sample exactly once and leaves no node empty") {
  const Dataset data = balanced(10, 53);
  for (const NodeId nodes : {1, 2, 7, 50}) {
    CHECK(is_partition(iid_partition(530, nodes, 3), 530));
    CHECK(is_partition(contiguous_partition(530, nodes), 530));
    CHECK(is_partition(label_shards_partition(data, nodes, {.shards_per_node = 3}, 3), 530));
    CHECK(is_partition(dirichlet_partition(data, nodes, {.alpha = 1}, 3), 530));
    for (const double alpha : {1e-6, 0.1, 1e6})
      CHECK(is_partition(dirichlet_mixture_partition(data, nodes, {.alpha = alpha}, 3), 530));
  }
  CHECK(is_partition(iid_partition(53, 53, 3), 53));
  CHECK(is_partition(contiguous_partition(53, 53), 53));
}

TEST_CASE("iid and contiguous sizes differ by at most one") {
  for (const Partition& partition : {iid_partition(100, 7, 1), contiguous_partition(100, 7)})
    for (std::size_t i = 0; i < 7; ++i) CHECK((size_of(partition, i) == 14 || size_of(partition, i) == 15));
}

TEST_CASE("contiguous nodes hold samples as they stand") {
  const Partition partition = contiguous_partition(5, 2);
  CHECK(partition.samples[0] == std::vector<Index>{0, 1});
  CHECK(partition.samples[1] == std::vector<Index>{2, 3, 4});
}

TEST_CASE("an iid node has each class hypergeometrically often") {
  // 1000 of 10,000 samples, 1000 of the class: mean 100, variance 100 · 0.9 · 9000/9999; 5 deviations are 45.
  const Dataset data = balanced(10, 1000);
  const Partition partition = iid_partition(10'000, 10, 1);
  for (const auto& node : partition.samples) {
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(10);
    for (const Index k : node) counts[static_cast<Index>(data.train.labels[k])] += 1;
    CHECK((counts.array() - 100).abs().maxCoeff() <= 45);
  }
}

TEST_CASE("label shards that fit the classes give each node as many classes as shards, at most") {
  const Dataset data = balanced(10, 200);  // 20 nodes × 2 shards of 50: 4 shards to a class
  const PartitionReport report = describe_partition(data, label_shards_partition(data, 20, {}, 1));
  CHECK(report.sizes.min == 100);
  CHECK(report.sizes.max == 100);
  CHECK(report.classes_per_node->max <= 2);
  CHECK(report.largest_class_share->min == 0.5);
  const PartitionReport one = describe_partition(data, label_shards_partition(data, 20, {.shards_per_node = 1}, 1));
  CHECK(one.largest_class_share->min == 1);
  CHECK(one.classes_per_node->max == 1);
}

TEST_CASE("label shards differ in size by at most one where they cannot be equal") {
  const Dataset data = balanced(3, 35);
  const Partition partition = label_shards_partition(data, 10, {.shards_per_node = 1}, 1);
  for (std::size_t i = 0; i < 10; ++i) CHECK((size_of(partition, i) == 10 || size_of(partition, i) == 11));
}

TEST_CASE("Dirichlet shares have the mean and the variance of Dir(α, …, α)") {
  // A node's share of a class is Beta(α, (n − 1) α): mean 1/n, variance (n − 1) / (n² (nα + 1)). With α = 1/2 and n = 4
  // that is 1/4 and 1/16. Over 2000 seeds and 2 classes (independent shares of node 0), the mean has the
  // deviation 1/4 / √4000. Its square has the mean 1/8 and the second moment E p⁴ =
  // α(α+1)(α+2)(α+3) / (nα(nα+1)(nα+2)(nα+3)) = 6.5625/120, so that its mean has the deviation √(0.0547 − 1/64) /
  // √4000. Rounding 1000 samples moves a share by at most 1/1000.
  const Dataset data = balanced(2, 1000);
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    double counts[2] = {0, 0};
    const Partition partition = dirichlet_partition(data, 4, {.alpha = 0.5}, seed);
    for (const Index k : partition.samples[0]) counts[k % 2] += 1e-3;
    for (const double share : counts) sum += share, squares += share * share;
  }
  CHECK(std::abs(sum / 4000 - 0.25) < 5 * 0.25 / std::sqrt(4000) + 1e-3);
  CHECK(std::abs(squares / 4000 - 0.125) < 5 * std::sqrt(6.5625 / 120 - 1.0 / 64) / std::sqrt(4000) + 2e-3);
}

TEST_CASE("a large alpha deals every class out evenly, a tiny one gives it to a single node") {
  const Dataset data = balanced(5, 1000);
  // A share has deviation below √(1/n / (nα)) = 1/(n √α) = 2.5e-5 at α = 1e8: less than one sample in 1000, and
  // rounding.
  const PartitionReport even = describe_partition(data, dirichlet_partition(data, 4, {.alpha = 1e8}, 1));
  CHECK(even.sizes.min >= 1245);
  CHECK(even.sizes.max <= 1255);
  const PartitionReport alone = describe_partition(data, dirichlet_partition(data, 2, {.alpha = 1e-5}, 1));
  CHECK(alone.classes_per_node->min + alone.classes_per_node->max == 5);  // no class on both nodes
}

TEST_CASE("Dirichlet nodes have the samples asked for at least, or the refusal says what was tried") {
  const Dataset data = balanced(10, 100);
  const PartitionReport report =
      describe_partition(data, dirichlet_partition(data, 10, {.alpha = 0.5, .min_samples = 20}, 1));
  CHECK(report.sizes.min >= 20);
  const std::string message =
      message_of<InputError>([&] { dirichlet_partition(data, 100, {.alpha = 0.01, .min_samples = 5}, 1); });
  CHECK(message ==
        "dirichlet: none of 200 draws with alpha 0.01 gave each of 100 nodes at least 5 of 1000 samples (the smallest "
        "node had 0 at best); a larger alpha or fewer nodes would");
}

TEST_CASE("Dirichlet mixtures give nodes of equal size whose class shares have the law's mean and variance") {
  // The share q of class 0 in node 0 is Beta(α/2, α/2): with α = 2 uniform on (0, 1). Of 50 samples X are of the class;
  // given q, X/50 has the mean q and the variance q(1 − q)/50. So E X/50 = 1/2 and E (X/50)² = 1/3 + (1/6)/50, with
  // deviations below √(1/12 + 1/300) = 0.295 and √E (X/50)⁴ < √0.24. Both classes have 1000 samples: none runs out.
  const Dataset data = balanced(2, 1000);
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Partition partition = dirichlet_mixture_partition(data, 40, {.alpha = 2}, seed);
    CHECK(size_of(partition, 0) == 50);
    double share = 0;
    for (const Index k : partition.samples[0]) share += k % 2 == 0 ? 0.02 : 0;
    sum += share;
    squares += share * share;
  }
  CHECK(std::abs(sum / 1000 - 0.5) < 5 * 0.295 / std::sqrt(1000));
  CHECK(std::abs(squares / 1000 - 1.0 / 3 - 1.0 / 300) < 5 * std::sqrt(0.24 / 1000));
}

TEST_CASE("a tiny alpha gives the first nodes one class each, and a thousand nodes are no obstacle") {
  const Dataset data = balanced(10, 1000);
  const Partition partition = dirichlet_mixture_partition(data, 1000, {.alpha = 1e-4}, 1);
  for (std::size_t i = 0; i < 100; ++i) {  // 100 nodes take 1000 samples: no class is used up before the last of them
    std::set<double> classes;
    for (const Index k : partition.samples[i]) classes.insert(data.train.labels[k]);
    CHECK(classes.size() == 1);
  }
}

TEST_CASE("one seed gives one partition, another seed another") {
  const Dataset data = balanced(4, 50);
  CHECK(iid_partition(200, 4, 1).samples == iid_partition(200, 4, 1).samples);
  CHECK(iid_partition(200, 4, 1).samples != iid_partition(200, 4, 2).samples);
  CHECK(dirichlet_partition(data, 4, {}, 1).samples == dirichlet_partition(data, 4, {}, 1).samples);
  CHECK(dirichlet_partition(data, 4, {}, 1).samples != dirichlet_partition(data, 4, {}, 2).samples);
  CHECK(label_shards_partition(data, 4, {}, 1).samples != label_shards_partition(data, 4, {}, 2).samples);
}

TEST_CASE("what cannot be partitioned is refused") {
  Dataset data = balanced(2, 3);
  const auto complaint = [](auto action) { return message_of<InputError>(action); };
  CHECK(complaint([&] { iid_partition(6, 7, 1); }) ==
        "iid: 6 training samples are too few for 7 nodes with at least 1 each");
  CHECK(complaint([&] { contiguous_partition(6, 7); }).starts_with("contiguous: 6 training samples are too few"));
  CHECK(complaint([&] { label_shards_partition(data, 4, {}, 1); }) ==
        "label_shards: 6 training samples are too few for 4 nodes with at least 2 each");
  CHECK(complaint([&] {
          dirichlet_partition(data, 4, {.min_samples = 2}, 1);
        }).starts_with("dirichlet: 6 training samples are too few for 4 nodes with at least 2 each"));
  data.classes = 0;
  CHECK(complaint([&] { label_shards_partition(data, 2, {}, 1); }) ==
        "label_shards: balanced has real targets, expected classes");
  CHECK(complaint([&] { dirichlet_partition(data, 2, {}, 1); }) ==
        "dirichlet: balanced has real targets, expected classes");
  CHECK(complaint([&] { dirichlet_mixture_partition(data, 2, {}, 1); }) ==
        "dirichlet_mixture: balanced has real targets, expected classes");
}

TEST_CASE("the report counts sizes, largest class shares and classes") {
  Dataset data = balanced(3, 4);  // labels 0 1 2 0 1 2 0 1 2 0 1 2
  const Partition partition{.samples = {{0, 3, 6, 1}, {2}, {4, 5}, {7, 8, 9, 10, 11}}};
  const PartitionReport report = describe_partition(data, partition);
  CHECK(report.nodes == 4);
  CHECK(report.samples == 12);
  CHECK(report.sizes.min == 1);
  CHECK(report.sizes.median == 3);  // of 1, 2, 4, 5
  CHECK(report.sizes.max == 5);
  CHECK(report.largest_over_mean == 5.0 / 3);
  CHECK(describe_shares(report) == "1 to 5, median 3, largest 1.67 times the mean");
  CHECK(report.largest_class_share->min == 2.0 / 5);  // of 3/4, 1, 1/2, 2/5
  CHECK(report.largest_class_share->median == (0.5 + 0.75) / 2);
  CHECK(report.largest_class_share->max == 1);
  CHECK(report.classes_per_node->min == 1);  // of 2, 1, 2, 3
  CHECK(report.classes_per_node->median == 2);
  CHECK(report.classes_per_node->max == 3);
  data.classes = 0;
  CHECK_FALSE(describe_partition(data, partition).classes_per_node);
}

TEST_CASE("shares that differ by no more than one sample need no remark") {
  const Dataset data = balanced(3, 4);
  const PartitionReport even = describe_partition(data, {.samples = {{0, 1, 2}, {3, 4, 5}}});
  CHECK(describe_shares(even) == "3 each");
  CHECK(remark_on_shares(even, NodeWeights::equal) == "");
  CHECK(remark_on_shares(describe_partition(data, {.samples = {{0, 1, 2}, {3, 4}}}), NodeWeights::equal) == "");
  const PartitionReport uneven = describe_partition(data, {.samples = {{0, 1, 2}, {3}}});
  for (const NodeWeights weights : {NodeWeights::equal, NodeWeights::samples})
    CHECK(remark_on_shares(uneven, weights).starts_with("shares are unequal: "));
}
