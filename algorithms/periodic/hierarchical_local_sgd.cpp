#include "algorithms/periodic/hierarchical_local_sgd.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include "algorithms/entry.hpp"
#include "algorithms/error.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {
namespace {

/// The size of the groups that average after step t: 0 for all nodes; none if no level acts.
std::optional<NodeId> group_after(std::int64_t t, const HierarchicalLocalSgd& settings) {
  std::optional<NodeId> group;
  std::int64_t longest = 0;
  const auto consider = [&](std::int64_t period, std::int64_t size) {
    if (t % period != 0 || period <= longest) return;
    longest = period;
    group = static_cast<NodeId>(size);
  };
  consider(settings.global_period, 0);
  for (std::size_t level = 0; level < settings.group_sizes.size(); ++level)
    consider(settings.group_periods[level], settings.group_sizes[level]);
  return group;
}

}  // namespace

Task hierarchical_local_sgd(Node& node, HierarchicalLocalSgd settings) {
  if (settings.group_sizes.size() != settings.group_periods.size())
    throw AlgorithmError{
        "hierarchical_local_sgd: every group size needs a period, and the lists have different lengths"};
  LocalRun local{node, settings.step_size, settings.momentum};
  Params x = node.initial_params();
  for (std::int64_t t = 1; node.running(); ++t) {
    x = co_await local.from(std::move(x), 1);
    if (const auto group = group_after(t, settings)) x = co_await node.all_reduce_mean(x, *group);
    node.report(x);
  }
}

AlgorithmEntry hierarchical_local_sgd_entry() {
  using Hierarchical = HierarchicalLocalSgd;
  return algorithm<Hierarchical>(
      "hierarchical_local_sgd", "groups of nodes average often, all nodes seldom (Lin et al. 2020)",
      hierarchical_local_sgd,
      {step_size<Hierarchical>(),
       {{"group_sizes", &Hierarchical::group_sizes, at_least(1), "nodes of a group, for each level below that of all"},
        {"group_periods", &Hierarchical::group_periods, at_least(1),
         "steps between two averagings in groups, for each of these levels"},
        {"global_period", &Hierarchical::global_period, at_least(1), "steps between two averagings of all nodes"}},
       momentum<Hierarchical>()},
      "Lin, Stich, Patel, Jaggi, \"Don't Use Large Mini-Batches, Use Local SGD\", ICLR 2020, arXiv:1808.07217",
      {.cost = "one gradient; all-reduces in groups, and of all nodes",
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"global_period"}});
}

}  // namespace gossamer
