#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/compute/laws.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/network/models/piecewise.hpp"
#include "sim/world/training_loop.hpp"

namespace gossamer {

/// A training loop, measured on ranks and predicted in virtual time.
struct LoopTimes {
  TrainingLoop what = TrainingLoop::step;
  AllReduce all_reduce = AllReduce::ring;
  double measured = 0;   ///< mean of a round, seconds
  double predicted = 0;  ///< mean of a round, seconds
};

/// The name of such a loop: "step", "exchange after step", …
std::string name_of(const LoopTimes& loop);

/// The cluster in virtual time: as many nodes as there were ranks.
struct LoopCluster {
  std::shared_ptr<const StepTimes> steps;  ///< without phases and averages
  Phases phases = {};
  Averaging averaging = {};
  NodeId nodes = 2;
  Bytes payload = 0;  ///< bytes of a model
};

/// The mean time of a round in virtual time, all-reduces played message by message, seconds.
double predicted_round(const LoopCluster& cluster, const Piecewise& network, TrainingLoop what);

/// A network and nodes with which loops take the same time in virtual time as on ranks.
struct LoopFit {
  Piecewise network;
  Averaging averaging = {};
  double slowdown = 1;  ///< of messages: in a loop the data is in other caches than in rounds of messages alone
};

/// Finds the parameters that rounds of messages alone do not determine, each from the loops that depend on it, by
/// bisection in virtual time: `slowdown` (1/8 to 8, geometric mean of exchanges, all-reduces and questions after
/// steps), `interference` (exchanges and questions during steps; unchanged if there are no such loops), `attention`
/// (questions during steps, at most two steps) and `cold_rate` (all-reduces after several steps). If a time cannot be
/// reached, the parameter ends at its bound. Sets `predicted` of every loop for the tuned network. `mean_step` is the
/// mean of a step.
LoopFit fit_loops(const LoopCluster& cluster, const Piecewise& network, Seconds mean_step, std::span<LoopTimes> loops);

}  // namespace gossamer
