#pragma once
#include <span>
#include <string>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/network/piecewise.hpp"
#include "sim/quantities.hpp"
#include "sim/rehearsal.hpp"

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
  const StepTimes& step_times;
  NodeId nodes = 2;
  Bytes payload = 0;  ///< bytes of a model
};

/// The mean time of a round in virtual time, all-reduces played message by message, seconds.
double predicted_round(const RehearsedCluster& cluster, const Piecewise& network, Rehearsal what);

/// A network in which loops take in virtual time what they took on ranks, and how much slower it had to be made.
struct Tuning {
  Piecewise network;
  double slowdown = 1;  ///< of messages: in a loop the data lies in other caches than in tight rounds of messages alone
};

/// Finds what rounds of messages alone do not show, each from the loops that show it, by bisection in virtual time:
/// `slowdown` (1/8 to 8, geometric mean of exchanges and all-reduces after steps), `interference` (exchanges during
/// steps; kept where there are no such loops) and `attention` (questions during steps, at most `longest_attention`).
/// What cannot be reached ends at its bound. Fills in what the tuned network predicts of every loop; of those that tell
/// of none of the three, such as questions after steps, this is a check.
Tuning tuned(const RehearsedCluster& cluster, const Piecewise& network, Seconds longest_attention,
             std::span<RehearsedLoop> loops);

}  // namespace gossamer
