#include "sim/learning/data/partition.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include <fmt/format.h>
#include <boost/random/gamma_distribution.hpp>

#include "sim/ground/random.hpp"
#include "sim/learning/data/sampling.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

double log_gamma_draw(double shape, Draws& draws) {
  if (shape == 0) return -std::numeric_limits<double>::infinity();
  const double log_gamma = std::log(boost::random::gamma_distribution<double>{shape + 1}(draws));
  return log_gamma + std::log1p(-draws.uniform()) / shape;
}

/// A draw from Dir(α_1, …, α_k): nonnegative shares whose sum is 1 but for rounding. A shape of 0 has the share 0.
///
/// The shares are normalized Gamma(α_c, 1) draws, taken by their logarithms, since for small α they lie below the
/// smallest double: Gamma(α) ~ Gamma(α + 1) U^{1/α} (Marsaglia, Tsang, "A simple method for generating gamma
/// variables", ACM TOMS 2000). Needs a shape above 0.
std::vector<double> dirichlet_draw(const std::vector<double>& shapes, Draws draws) {
  std::vector<double> shares;
  for (const double shape : shapes) shares.push_back(log_gamma_draw(shape, draws));
  const double largest = *std::max_element(shares.begin(), shares.end());
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - largest);
  for (double& share : shares) share /= sum;
  return shares;
}

void check_enough(Index samples, NodeId nodes, Index each, std::string_view kind) {
  assert(nodes > 0 && each > 0 && "a partition is over at least one node");
  if (samples / each < nodes)
    throw LearningError{fmt::format("{}: {} training samples are too few for {} nodes with at least {} each", kind,
                                    samples, nodes, each)};
}

void check_classes(const Dataset& data, std::string_view kind) {
  if (data.classes == 0) throw LearningError{fmt::format("{}: {} has real targets, expected classes", kind, data.name)};
}

std::vector<Index> in_order(Index samples) {
  std::vector<Index> order(static_cast<std::size_t>(samples));
  std::iota(order.begin(), order.end(), Index{0});
  return order;
}

std::vector<Index> in_random_order(Index samples, std::uint64_t seed) {
  std::vector<Index> order = in_order(samples);
  shuffle(order, Draws{seed, Purpose::partition});
  return order;
}

/// Part k of `parts` of the items, appended to a node's samples.
void append_part(std::vector<Index>& to, const std::vector<Index>& items, Index parts, Index k) {
  const auto count = static_cast<Index>(items.size());
  to.insert(to.end(), items.begin() + cut(count, parts, k), items.begin() + cut(count, parts, k + 1));
}

Partition sorted(Partition partition) {
  for (auto& samples : partition.samples) std::sort(samples.begin(), samples.end());
  return partition;
}

/// Node i gets the i-th of n parts of the items.
Partition cut_evenly(const std::vector<Index>& items, NodeId nodes) {
  Partition partition;
  partition.samples.resize(static_cast<std::size_t>(nodes));
  for (NodeId i = 0; i < nodes; ++i) append_part(partition.samples[static_cast<std::size_t>(i)], items, nodes, i);
  return sorted(std::move(partition));
}

/// By class: where the samples of node i end among those of the class.
using Ends = std::vector<std::vector<Index>>;

Ends draw_ends(const std::vector<std::vector<Index>>& by_class, double alpha, NodeId nodes, std::uint64_t seed,
               std::uint64_t attempt) {
  const std::vector<double> shapes(static_cast<std::size_t>(nodes), alpha);
  Ends ends;
  for (std::size_t c = 0; c < by_class.size(); ++c) {
    auto& of_class = ends.emplace_back();
    const auto count = static_cast<double>(by_class[c].size());
    double sum = 0;
    for (const double share : dirichlet_draw(shapes, {seed, Purpose::partition, static_cast<NodeId>(c), 1 + attempt}))
      of_class.push_back(static_cast<Index>(std::llround((sum += share) * count)));
    of_class.back() = static_cast<Index>(by_class[c].size());  // the rest, so that rounding loses no sample
  }
  return ends;
}

Index smallest_node(const Ends& ends, NodeId nodes) {
  Index smallest = std::numeric_limits<Index>::max();
  for (std::size_t i = 0; i < static_cast<std::size_t>(nodes); ++i) {
    Index size = 0;
    for (const auto& of_class : ends) size += of_class[i] - (i > 0 ? of_class[i - 1] : 0);
    smallest = std::min(smallest, size);
  }
  return smallest;
}

std::vector<std::vector<Index>> shuffled_by_class(const Dataset& data, std::uint64_t seed) {
  std::vector<std::vector<Index>> by_class(static_cast<std::size_t>(data.classes));
  for (Index k = 0; k < data.train.count(); ++k) by_class[static_cast<std::size_t>(data.train.labels[k])].push_back(k);
  for (std::size_t c = 0; c < by_class.size(); ++c)
    shuffle(by_class[c], Draws{seed, Purpose::partition, static_cast<NodeId>(c)});
  return by_class;
}

Partition deal_out(const std::vector<std::vector<Index>>& by_class, const Ends& ends, NodeId nodes) {
  Partition partition;
  partition.samples.resize(static_cast<std::size_t>(nodes));
  for (std::size_t c = 0; c < by_class.size(); ++c) {
    Index begin = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(nodes); ++i) {
      auto& samples = partition.samples[i];
      samples.insert(samples.end(), by_class[c].begin() + begin, by_class[c].begin() + ends[c][i]);
      begin = ends[c][i];
    }
  }
  return sorted(std::move(partition));
}

/// A position drawn by weights of which one is above 0.
std::size_t draw_by_weight(const std::vector<double>& weights, Draws& draws) {
  double point = draws.uniform() * std::accumulate(weights.begin(), weights.end(), 0.0);
  std::size_t drawn = 0;
  for (std::size_t c = 0; c < weights.size(); ++c) {
    if (weights[c] == 0) continue;
    drawn = c;
    if ((point -= weights[c]) < 0) break;
  }
  return drawn;
}

/// The weights of classes that are not used up; the numbers of samples left, if all these weights are zero.
std::vector<double> usable(std::vector<double> weights, const std::vector<std::vector<Index>>& left) {
  for (std::size_t c = 0; c < left.size(); ++c)
    if (left[c].empty()) weights[c] = 0;
  if (*std::max_element(weights.begin(), weights.end()) > 0) return weights;
  for (std::size_t c = 0; c < left.size(); ++c) weights[c] = static_cast<double>(left[c].size());
  return weights;
}

}  // namespace

Partition iid_partition(Index samples, NodeId nodes, std::uint64_t seed) {
  check_enough(samples, nodes, 1, "iid");
  return cut_evenly(in_random_order(samples, seed), nodes);
}

Partition contiguous_partition(Index samples, NodeId nodes) {
  check_enough(samples, nodes, 1, "contiguous");
  return cut_evenly(in_order(samples), nodes);
}

Partition label_shards_partition(const Dataset& data, NodeId nodes, const LabelShards& settings, std::uint64_t seed) {
  check_classes(data, "label_shards");
  check_enough(data.train.count(), nodes, settings.shards_per_node, "label_shards");
  std::vector<Index> by_label = in_order(data.train.count());
  std::stable_sort(by_label.begin(), by_label.end(),
                   [&](Index a, Index b) { return data.train.labels[a] < data.train.labels[b]; });

  const Index shards = nodes * settings.shards_per_node;
  const std::vector<Index> dealt = in_random_order(shards, seed);
  Partition partition;
  partition.samples.resize(static_cast<std::size_t>(nodes));
  for (Index k = 0; k < shards; ++k)
    append_part(partition.samples[static_cast<std::size_t>(k / settings.shards_per_node)], by_label, shards,
                dealt[static_cast<std::size_t>(k)]);
  return sorted(std::move(partition));
}

Partition dirichlet_partition(const Dataset& data, NodeId nodes, const Dirichlet& settings, std::uint64_t seed) {
  check_classes(data, "dirichlet");
  check_enough(data.train.count(), nodes, settings.min_samples, "dirichlet");
  constexpr std::uint64_t attempts = 200;
  const auto by_class = shuffled_by_class(data, seed);
  Index best = 0;
  for (std::uint64_t attempt = 0; attempt < attempts; ++attempt) {
    const Ends ends = draw_ends(by_class, settings.alpha, nodes, seed, attempt);
    const Index smallest = smallest_node(ends, nodes);
    if (smallest >= settings.min_samples) return deal_out(by_class, ends, nodes);
    best = std::max(best, smallest);
  }
  throw LearningError{
      fmt::format("dirichlet: none of {} draws with alpha {} gave each of {} nodes at least {} of {} "
                  "samples (the smallest node had {} at best); a larger alpha or fewer nodes would",
                  attempts, settings.alpha, nodes, settings.min_samples, data.train.count(), best)};
}

Partition dirichlet_mixture_partition(const Dataset& data, NodeId nodes, const DirichletMixture& settings,
                                      std::uint64_t seed) {
  check_classes(data, "dirichlet_mixture");
  check_enough(data.train.count(), nodes, 1, "dirichlet_mixture");
  auto left = shuffled_by_class(data, seed);
  std::vector<double> shapes;
  for (const auto& of_class : left)
    shapes.push_back(settings.alpha * static_cast<double>(of_class.size()) / static_cast<double>(data.train.count()));
  Partition partition;
  partition.samples.resize(static_cast<std::size_t>(nodes));
  for (NodeId i = 0; i < nodes; ++i) {
    std::vector<double> mixture = usable(dirichlet_draw(shapes, {seed, Purpose::partition, i, 1}), left);
    Draws draws{seed, Purpose::partition, i, 2};
    auto& samples = partition.samples[static_cast<std::size_t>(i)];
    const Index end = cut(data.train.count(), nodes, i + 1);
    for (Index k = cut(data.train.count(), nodes, i); k < end; ++k) {
      const std::size_t c = draw_by_weight(mixture, draws);
      samples.push_back(left[c].back());
      left[c].pop_back();
      if (left[c].empty() && k + 1 < end) mixture = usable(std::move(mixture), left);
    }
  }
  return sorted(std::move(partition));
}

}  // namespace gossamer
