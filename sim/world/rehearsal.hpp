#pragma once
#include "sim/node.hpp"
#include "sim/world/stop_watch.hpp"

namespace gossamer {

/// Short training loops. On ranks they show what steps and messages take where they follow each other, with a model in
/// the caches and a partner who has steps of its own to make; in virtual time, what a model of the ranks says of it.
enum class Rehearsal {
  step,                   ///< x ← x − η g
  step_and_average,       ///< a step, and the mean with a vector that is at hand
  exchange_after_step,    ///< a step, then models to each other, and their mean
  exchange_during_step,   ///< models to each other, meanwhile a step, and the mean
  all_reduce_after_step,  ///< a step, then the mean over all nodes
  all_reduce_after_few,   ///< a few steps, then that
  all_reduce_after_many,  ///< so many that what only all-reduces use has left the caches
  question_after_step,    ///< a step, then asking each other for models, and their mean, on both sides
  question_during_step,   ///< a step, meanwhile the same
};

/// How many steps a node takes in a round.
int steps_of(Rehearsal what);

/// What a node does in that many rounds. Nodes 0 and 1 take part; in loops without messages to one another, all.
/// `watch` is told of the node's rounds; null: nobody is.
Task rehearse(Node& node, Rehearsal what, int rounds, StopWatch* watch);

}  // namespace gossamer
