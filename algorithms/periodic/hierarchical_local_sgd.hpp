#pragma once
#include <cstdint>
#include <vector>
#include "algorithms/schedules/step_size.hpp"

#include "sim/node.hpp"

namespace gossamer {

/// Hierarchical local SGD: groups of nodes average often, all nodes seldom.
///
///     step t = 1, 2, …:  m_i ← β m_i + ∇F_i(x_i; ξ_i),   x_i ← x_i − η m_i
///     then, of the levels whose period divides t, the one with the longest period acts:
///                        x_i ← mean of all x_j in node i's group of that level
///
/// Lin, Stich, Patel, Jaggi, "Don't Use Large Mini-Batches, Use Local SGD", ICLR 2020, arXiv:1808.07217, Section 5; with
/// any number of levels as `HierarchicalModelAverager` of PyTorch. A group of size g is g nodes with consecutive
/// numbers, the first of them a multiple of g. Unlike PyTorch, which counts from step 0 and so averages all nodes after
/// the first step, the first averaging of a level comes after its period.
/// Cost    per step and node: one gradient; an all-reduce in the node's group every period of its level.
/// Time    a barrier within the group at each averaging.
/// Faults  means are over the nodes of a group that are alive.
/// Errors  AlgorithmError if the lists of groups have different lengths.
struct HierarchicalLocalSgd {
  StepSize step_size = 0.1;                       ///< η_k > 0
  std::vector<std::int64_t> group_sizes = {4};    ///< of each level below that of all nodes
  std::vector<std::int64_t> group_periods = {2};  ///< steps between two averagings of these levels
  int global_period = 8;                          ///< steps between two averagings of all nodes
  double momentum = 0;                            ///< β in [0, 1)
};
Task hierarchical_local_sgd(Node& node, HierarchicalLocalSgd settings);

}  // namespace gossamer
