#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/compute/laws.hpp"
#include "sim/network/piecewise.hpp"
#include "sim/quantities.hpp"
#include "sim/world/rehearsal.hpp"

namespace gossamer {

/// A training loop as it ran on ranks, and as it runs in virtual time.
struct RehearsedLoop {
  Rehearsal what = Rehearsal::step;
  AllReduce all_reduce = AllReduce::ring;
  double measured = 0;   ///< mean of a round, seconds
  double predicted = 0;  ///< the same
};

/// What such loops are called: "step", "exchange after step", …
std::string name_of(const RehearsedLoop& loop);

/// What runs in virtual time: as many nodes as there were ranks.
struct RehearsedCluster {
  std::shared_ptr<const StepTimes> steps;  ///< without phases and averages
  Phases phases = {};
  Averaging averaging = {};
  NodeId nodes = 2;
  Bytes payload = 0;  ///< bytes of a model
};

/// The mean time of a round in virtual time, all-reduces played message by message, seconds.
double predicted_round(const RehearsedCluster& cluster, const Piecewise& network, Rehearsal what);

/// A network and nodes that need for loops in virtual time what they took on ranks.
struct Tuning {
  Piecewise network;
  Averaging averaging = {};
  double slowdown = 1;  ///< of messages: in a loop the data lies in other caches than in tight rounds of messages alone
};

/// Finds what rounds of messages alone do not show, each from the loops that show it, by bisection in virtual time:
/// `slowdown` (1/8 to 8, geometric mean of exchanges, all-reduces and questions after steps), `interference` (exchanges
/// and questions during steps; kept where there are no such loops), `attention` (questions during steps, at most twice
/// a step) and `cold_rate` (all-reduces after several steps). What cannot be reached ends at its bound. Fills in what
/// the tuned network predicts of every loop. `mean_step` is the mean of a step.
Tuning tuned(const RehearsedCluster& cluster, const Piecewise& network, Seconds mean_step,
             std::span<RehearsedLoop> loops);

}  // namespace gossamer
