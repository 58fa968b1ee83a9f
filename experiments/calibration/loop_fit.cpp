#include "experiments/calibration/loop_fit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "sim/engine/simulation.hpp"
#include "topologies/graphs/complete.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

constexpr int bisections = 14;

/// The unknown parameters.
struct Unknowns {
  double octaves = 0;  ///< log₂ of the slowdown
  double interference = 0;
  double attention = 0;  ///< seconds
  double cold = 0;       ///< seconds that an average takes longer after many steps
};

LoopFit with(const LoopCluster& cluster, Piecewise network, const Unknowns& unknowns) {
  const double slowdown = std::exp2(unknowns.octaves);
  for (double& latency : network.latency) latency *= slowdown;
  for (double& bandwidth : network.bandwidth) bandwidth /= slowdown;
  network.interference = unknowns.interference;
  network.attention = Seconds{unknowns.attention};
  Averaging averaging = cluster.averaging;
  if (unknowns.cold > 0)
    averaging.cold_rate = 1 / (1 / averaging.rate + unknowns.cold / static_cast<double>(cluster.payload));
  return {.network = std::move(network), .averaging = averaging, .slowdown = slowdown};
}

/// The zero of an ascending function between two ends, or the end that is closest to it. If the function jumps over
/// zero, the side with the smaller magnitude.
double zero_of(double low, double high, const std::function<double(double)>& ascending) {
  double below = ascending(low), above = ascending(high);
  if (below >= 0) return low;
  if (above <= 0) return high;
  for (int k = 0; k < bisections; ++k) {
    const double middle = (low + high) / 2;
    const double there = ascending(middle);
    (there < 0 ? low : high) = middle;
    (there < 0 ? below : above) = there;
  }
  return -below < above ? low : high;
}

using Kinds = std::initializer_list<TrainingLoop>;

bool is_one(const LoopTimes& loop, Kinds kinds) {
  return std::find(kinds.begin(), kinds.end(), loop.what) != kinds.end();
}

double predicted(LoopCluster cluster, LoopFit fit, const LoopTimes& loop) {
  cluster.averaging = fit.averaging;
  fit.network.all_reduce = loop.all_reduce;
  return predicted_round(cluster, fit.network, loop.what);
}

}  // namespace

std::string name_of(const LoopTimes& loop) {
  using enum TrainingLoop;
  switch (loop.what) {
    case step:
      return "step";
    case step_and_average:
      return "step and average";
    case exchange_after_step:
      return "exchange after step";
    case exchange_during_step:
      return "exchange during step";
    case request_after_step:
      return "question after step";
    case request_during_step:
      return "question during step";
    case all_reduce_after_few:
    case all_reduce_after_many:
      return fmt::format("ring after {} steps", steps_of(loop.what));
    default:
      return loop.all_reduce == AllReduce::ring ? "ring after step" : "doubling after step";
  }
}

double predicted_round(const LoopCluster& cluster, const Piecewise& network, TrainingLoop what) {
  const int laps = 5000 / steps_of(what);
  PiecewiseNetwork model{network, cluster.nodes};
  constexpr std::uint64_t seed = 1;
  const auto step_times = averaging_at(cluster.averaging, in_phases(cluster.phases, cluster.steps, seed));
  const Mixing mixing = metropolis_hastings(complete(cluster.nodes));
  Simulation simulation{{.mixing = mixing,
                         .step_times = *step_times,
                         .network = model,
                         .payload = cluster.payload,
                         .collectives = Collectives::played}};
  LapTimer timer{[&simulation] { return simulation.now().count(); }};
  const int rounds = timer.rounds_for(laps);
  simulation.run([&](Node& node) { return run_training_loop(node, what, rounds, node.id() == 0 ? &timer : nullptr); },
                 {});
  const std::vector<double> times = std::move(timer).laps();
  return std::accumulate(times.begin(), times.end(), 0.0) / laps;
}

LoopFit fit_loops(const LoopCluster& cluster, const Piecewise& network, Seconds mean_step, std::span<LoopTimes> loops) {
  using enum TrainingLoop;
  constexpr int passes = 8;  // each pass finds every parameter again, given the others
  Unknowns found{.interference = network.interference, .attention = network.attention.count()};
  /// The value with which loops of these kinds take as long as measured, in the geometric mean.
  const auto find = [&](double Unknowns::*which, double low, double high, Kinds kinds) {
    if (std::none_of(loops.begin(), loops.end(), [&](const auto& loop) { return is_one(loop, kinds); })) return;
    found.*which = zero_of(low, high, [&, tried = found](double value) mutable {
      tried.*which = value;
      double excess = 0;
      for (const LoopTimes& loop : loops)
        if (is_one(loop, kinds))
          excess += std::log(predicted(cluster, with(cluster, network, tried), loop) / loop.measured);
      return excess;
    });
  };
  for (int pass = 0; pass < passes; ++pass) {
    find(&Unknowns::cold, 0, mean_step.count(), {all_reduce_after_few, all_reduce_after_many});
    find(&Unknowns::octaves, -3, 3, {exchange_after_step, all_reduce_after_step, request_after_step});
    find(&Unknowns::interference, 0, 1, {exchange_during_step, request_during_step});
    find(&Unknowns::attention, 0, 2 * mean_step.count(), {request_during_step});
  }
  LoopFit result = with(cluster, network, found);
  for (LoopTimes& loop : loops) loop.predicted = predicted(cluster, result, loop);
  return result;
}

}  // namespace gossamer
