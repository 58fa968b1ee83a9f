#pragma once
#include "sim/node.hpp"
#include "sim/world/lap_timer.hpp"

namespace gossamer {

/// Short training loops. On ranks they measure the time of steps and messages that follow each other, with a model in
/// the caches and a partner that makes steps of its own. In virtual time they give the prediction of a model of the
/// ranks.
enum class TrainingLoop {
  step,                   ///< x ← x − η g
  step_and_average,       ///< a step, and the mean with a vector that is at hand
  exchange_after_step,    ///< a step, then models to each other, and their mean
  exchange_during_step,   ///< models to each other, meanwhile a step, and the mean
  all_reduce_after_step,  ///< a step, then the mean over all nodes
  all_reduce_after_few,   ///< a few steps, then the same
  all_reduce_after_many,  ///< so many steps that the memory of all-reduces alone has left the caches
  request_after_step,     ///< a step, then asking each other for models, and their mean, on both sides
  request_during_step,    ///< a step, meanwhile the same
};

/// The number of steps of a node in a round.
int steps_of(TrainingLoop what);

/// The program of a node for that many rounds. Nodes 0 and 1 take part; in loops without messages to one another, all.
/// `timer` times the node's rounds; null: none does.
Task run_training_loop(Node& node, TrainingLoop what, int rounds, LapTimer* timer);

}  // namespace gossamer
