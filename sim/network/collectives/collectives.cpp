#include "sim/network/collectives/collectives.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "sim/network/collectives/formulas.hpp"
#include "sim/network/collectives/mpich.hpp"

namespace gossamer {
namespace {

// Bounds of how much longer a formula takes than the played schedule; see `Overestimate`.

/// Σ min(2^k, r), k < d.
NodeId shared_pieces(const Group& group) {
  NodeId sum = 0;
  for (NodeId k = 1; k < group.core(); k *= 2) sum += std::min(k, group.nodes - group.core());
  return sum;
}
double share(NodeId part, NodeId whole) { return static_cast<double>(part) / whole; }

double overestimate_of_tree(const Group& group) { return share(1, group.tree_depth()); }
double overestimate_of_doubling(const Group& group) { return share(1, group.doublings() + 2); }
double overestimate_of_halving(const Group& group) {
  const NodeId shared = shared_pieces(group);
  return std::max(share(1, group.doublings() + 2), share(1 + shared, group.core() + shared + group.nodes));
}
double overestimate_of_scatter_ring(const Group& group) {
  return std::max(share(1, group.doublings() + group.nodes), share(group.nodes - group.core(), 2 * (group.nodes - 1)));
}
double overestimate_of_scatter_doubling(const Group& group) {
  const NodeId shared = shared_pieces(group), p = group.core(), surplus = group.nodes - p;
  return std::max(share(group.doublings() + 1, 2 * group.doublings() + 3),
                  share(p + shared, 3 * p + 2 * surplus - 1 + shared));
}

constexpr Overestimate tree_overestimate{"1/⌈log₂ n⌉", overestimate_of_tree};
constexpr Overestimate doubling_overestimate{"up to 1/(⌊log₂ n⌋ + 2)", overestimate_of_doubling};
constexpr Overestimate halving_overestimate{"up to 1/3", overestimate_of_halving};
constexpr Overestimate scatter_ring_overestimate{"up to 1/4", overestimate_of_scatter_ring};
constexpr Overestimate scatter_doubling_overestimate{"up to 1/2", overestimate_of_scatter_doubling};

}  // namespace

MessageCosts PairCosts::between(NodeId from, NodeId to) const {
  return {.alone = [from, to, time = alone](double size) { return time(from, to, size); },
          .exchange = [from, to, time = exchange](double size) { return time(from, to, size); },
          .next_in = next_in,
          .next_out = next_out};
}

std::string_view name(Collective collective) {
  constexpr std::string_view names[] = {"all_reduce", "broadcast", "reduce", "all_gather", "reduce_scatter"};
  return names[static_cast<std::size_t>(collective)];
}

const std::vector<CollectiveAlgorithm>& collective_algorithms() {
  constexpr std::string_view thakur =
      "Thakur, Rabenseifner, Gropp, \"Optimization of Collective Communication Operations in MPICH\", IJHPCA 19(1), "
      "2005";
  constexpr std::string_view rabenseifner_2004 =
      "Rabenseifner, \"Optimization of Collective Reduction Operations\", ICCS 2004";
  constexpr std::string_view parameter_server_2014 =
      "Li et al., \"Scaling Distributed Machine Learning with the Parameter Server\", OSDI 2014";
  constexpr std::string_view places =
      "Σ t((2^k + min(2^k, n − p)) N/n), 2^k < p; t(N) + t(N/n) more where n is not the power of two p";
  static const std::vector<CollectiveAlgorithm> algorithms{
      {.collective = Collective::all_reduce,
       .name = "ring",
       .formula = "2 (n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::ring_all_reduce,
       .duration = formulas::ring_all_reduce,
       .chain = formulas::ring_chain,
       .in_flight = formulas::ring_in_flight,
       .alike = formulas::twice_around_messages,
       .slowest_sender = formulas::slowest_sender},
      {.collective = Collective::all_reduce,
       .name = "recursive_doubling",
       .formula = "⌊log₂ n⌋ t(N), two more where n is no power of two",
       .source = thakur,
       .schedule = schedules::recursive_doubling,
       .duration = formulas::doubling,
       .chain = formulas::doubling_chain,
       .in_flight = formulas::doubling_in_flight,
       .overestimate = doubling_overestimate,
       .in_mpich = mpich::whole_reduction},
      {.collective = Collective::all_reduce,
       .name = "rabenseifner",
       .formula = "2 Σ t(N/2^k), k = 1 … ⌊log₂ n⌋, 2 t(N) more where n is no power of two",
       .source = rabenseifner_2004,
       .schedule = schedules::rabenseifner,
       .duration = formulas::rabenseifner,
       .chain = formulas::rabenseifner_chain,
       .in_flight = formulas::rabenseifner_in_flight,
       .in_mpich = mpich::halved_reduction},
      {.collective = Collective::all_reduce,
       .name = "binomial_tree",
       .formula = "2 ⌈log₂ n⌉ t(N)",
       .source = thakur,
       .schedule = schedules::binomial_all_reduce,
       .duration = formulas::two_trees,
       .in_flight = formulas::trees_in_flight,
       .overestimate = tree_overestimate},
      {.collective = Collective::all_reduce,
       .name = "parameter_server",
       .formula = "2 t(N/S), and what n − 1 messages queue at each of S shards",
       .source = parameter_server_2014,
       .schedule = schedules::parameter_server,
       .duration = formulas::parameter_server,
       .in_flight = formulas::server_in_flight,
       .sharded = true,
       .queueing = formulas::server_queueing},
      {.collective = Collective::broadcast,
       .name = "binomial",
       .formula = "⌈log₂ n⌉ t(N)",
       .source = thakur,
       .schedule = schedules::binomial_broadcast,
       .duration = formulas::tree,
       .overestimate = tree_overestimate,
       .in_mpich = mpich::tree_broadcast},
      {.collective = Collective::broadcast,
       .name = "scatter_all_gather",
       .formula = "Σ t(min(2^k, n − 2^k) N/n), 2^k < n, and (n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::scatter_all_gather,
       .duration = formulas::scatter_all_gather,
       .overestimate = scatter_ring_overestimate,
       .in_mpich = mpich::ring_broadcast},
      {.collective = Collective::broadcast,
       .name = "scatter_doubling",
       .formula = "Σ t(min(2^k, n − 2^k) N/n), 2^k < n, and what all_gather takes by doubling",
       .source = thakur,
       .schedule = schedules::scatter_doubling,
       .duration = formulas::scatter_doubling,
       .overestimate = scatter_doubling_overestimate,
       .in_mpich = mpich::doubling_broadcast},
      {.collective = Collective::reduce,
       .name = "binomial",
       .formula = "⌈log₂ n⌉ t(N)",
       .source = thakur,
       .schedule = schedules::binomial_reduce,
       .duration = formulas::tree,
       .overestimate = tree_overestimate,
       .in_mpich = mpich::whole_reduction},
      {.collective = Collective::reduce,
       .name = "reduce_scatter_gather",
       .formula = "2 Σ t(N/2^k), k = 1 … ⌊log₂ n⌋, t(N) more where n is no power of two",
       .source = rabenseifner_2004,
       .schedule = schedules::reduce_scatter_gather,
       .duration = formulas::reduce_scatter_gather,
       .in_mpich = mpich::halved_reduction},
      {.collective = Collective::all_gather,
       .name = "ring",
       .formula = "(n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::ring_all_gather,
       .duration = formulas::once_around,
       .alike = formulas::once_around_messages,
       .in_mpich = mpich::ring_gather},
      {.collective = Collective::all_gather,
       .name = "recursive_doubling",
       .formula = places,
       .source = thakur,
       .schedule = schedules::doubling_all_gather,
       .duration = formulas::among_places,
       .overestimate = halving_overestimate,
       .in_mpich = mpich::doubling_gather},
      {.collective = Collective::reduce_scatter,
       .name = "ring",
       .formula = "(n − 1) t(N/n)",
       .source = thakur,
       .schedule = schedules::ring_reduce_scatter,
       .duration = formulas::once_around,
       .alike = formulas::once_around_messages,
       .in_mpich = mpich::ring_scatter},
      {.collective = Collective::reduce_scatter,
       .name = "recursive_halving",
       .formula = places,
       .source = thakur,
       .schedule = schedules::halving_reduce_scatter,
       .duration = formulas::among_places,
       .overestimate = halving_overestimate,
       .in_mpich = mpich::halving_scatter}};
  return algorithms;
}

const CollectiveAlgorithm& ring_all_gather() {
  const auto& all = collective_algorithms();
  return *std::find_if(all.begin(), all.end(), [](const CollectiveAlgorithm& algorithm) {
    return algorithm.collective == Collective::all_gather && algorithm.schedule == schedules::ring_all_gather;
  });
}

const CollectiveAlgorithm& algorithm_of(AllReduce algorithm) {
  assert(algorithm < AllReduce::automatic && "a choice has been made before");
  return collective_algorithms()[static_cast<std::size_t>(algorithm)];
}

}  // namespace gossamer
