#include "experiments/tuning.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <numeric>
#include <utility>

#include "sim/engine/simulation.hpp"
#include "topologies/complete.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

constexpr int bisections = 14;

/// What is looked for.
struct Unknowns {
  double octaves = 0;  ///< log₂ of the slowdown
  double interference = 0;
  double attention = 0;  ///< seconds
};

Piecewise with(Piecewise network, const Unknowns& unknowns) {
  for (double& latency : network.latency) latency *= std::exp2(unknowns.octaves);
  for (double& bandwidth : network.bandwidth) bandwidth /= std::exp2(unknowns.octaves);
  network.interference = unknowns.interference;
  network.attention = Seconds{unknowns.attention};
  return network;
}

/// Where an ascending function is zero between two ends, or the end that is next to it.
double zero_of(double low, double high, const std::function<double(double)>& ascending) {
  if (ascending(low) >= 0) return low;
  if (ascending(high) <= 0) return high;
  for (int k = 0; k < bisections; ++k) {
    const double middle = (low + high) / 2;
    (ascending(middle) < 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

using Kinds = std::initializer_list<Rehearsal>;

bool is_one(const RehearsedLoop& loop, Kinds kinds) {
  return std::find(kinds.begin(), kinds.end(), loop.what) != kinds.end();
}

double predicted(const RehearsedCluster& cluster, Piecewise network, const RehearsedLoop& loop) {
  network.all_reduce = loop.all_reduce;
  return predicted_round(cluster, network, loop.what);
}

}  // namespace

std::string name_of(const RehearsedLoop& loop) {
  using enum Rehearsal;
  switch (loop.what) {
    case step:
      return "step";
    case step_and_average:
      return "step and average";
    case exchange_after_step:
      return "exchange after step";
    case exchange_during_step:
      return "exchange during step";
    case question_after_step:
      return "question after step";
    case question_during_step:
      return "question during step";
    default:
      return loop.all_reduce == AllReduce::ring ? "ring after step" : "doubling after step";
  }
}

double predicted_round(const RehearsedCluster& cluster, const Piecewise& network, Rehearsal what) {
  constexpr int laps = 2000;
  PiecewiseNetwork model{network, cluster.nodes};
  const Mixing mixing = metropolis_hastings(complete(cluster.nodes));
  Simulation simulation{{.mixing = mixing,
                         .step_times = cluster.step_times,
                         .network = model,
                         .payload = cluster.payload,
                         .collectives = Collectives::played}};
  StopWatch watch{[&simulation] { return simulation.now().count(); }};
  const int rounds = watch.rounds_for(laps);
  simulation.run([&](Node& node) { return rehearse(node, what, rounds, node.id() == 0 ? &watch : nullptr); }, {});
  const std::vector<double> times = std::move(watch).laps();
  return std::accumulate(times.begin(), times.end(), 0.0) / laps;
}

Tuning tuned(const RehearsedCluster& cluster, const Piecewise& network, Seconds longest_attention,
             std::span<RehearsedLoop> loops) {
  using enum Rehearsal;
  constexpr int passes = 2;  // what is found first is found anew once the rest is known
  Unknowns found{.interference = network.interference, .attention = network.attention.count()};
  /// The value with which loops of these kinds take as long as they did, in the geometric mean.
  const auto find = [&](double Unknowns::*which, double low, double high, Kinds kinds) {
    if (std::none_of(loops.begin(), loops.end(), [&](const auto& loop) { return is_one(loop, kinds); })) return;
    found.*which = zero_of(low, high, [&, tried = found](double value) mutable {
      tried.*which = value;
      double excess = 0;
      for (const RehearsedLoop& loop : loops)
        if (is_one(loop, kinds)) excess += std::log(predicted(cluster, with(network, tried), loop) / loop.measured);
      return excess;
    });
  };
  for (int pass = 0; pass < passes; ++pass) {
    find(&Unknowns::octaves, -3, 3, {exchange_after_step, all_reduce_after_step});
    find(&Unknowns::interference, 0, 1, {exchange_during_step});
    find(&Unknowns::attention, 0, longest_attention.count(), {question_during_step});
  }
  const Tuning result{.network = with(network, found), .slowdown = std::exp2(found.octaves)};
  for (RehearsedLoop& loop : loops) loop.predicted = predicted(cluster, result.network, loop);
  return result;
}

}  // namespace gossamer
