#include "algorithms/periodic/diloco.hpp"

#include <optional>

#include "algorithms/entry.hpp"
#include "algorithms/parts/local_run.hpp"

namespace gossamer {
namespace {

int first_period(const DiLoCo& settings) { return settings.averaging_period + (settings.longer_first_period ? 1 : 0); }

Task at_once(Node& node, DiLoCo settings) {
  const auto optimizer = settings.optimizer.start(node);
  const auto outer = settings.outer.start(node);
  Params x = node.initial_params();
  int steps = first_period(settings);
  while (node.running()) {
    const Params end = co_await steps_by(*optimizer, node, settings.step_size, x, steps);
    const Params mean = co_await node.all_reduce_mean(end);
    steps = settings.averaging_period;
    x = outer->step_to(x, mean);
    node.report(x);
  }
}

/// Delayed or eager: the all-reduce of a round's D is in flight during the next round.
Task in_flight(Node& node, DiLoCo settings) {
  const bool eager = settings.mode == DiLoCo::Mode::eager;
  const double share = 1.0 / node.nodes();
  const auto optimizer = settings.optimizer.start(node);
  const auto outer = settings.outer.start(node);
  Params x = node.initial_params();
  Params sent;
  std::optional<Pending> averaging;
  int steps = first_period(settings);
  while (node.running()) {
    const Params end = co_await steps_by(*optimizer, node, settings.step_size, x, steps);
    const Params way = x - end;
    steps = settings.averaging_period;
    Params mean;  // of the last round
    if (averaging) mean = co_await *averaging;
    if (eager)
      x = outer->step(x, averaging ? mean + share * (way - sent) : share * way);
    else if (averaging)
      x = outer->step(x, mean);
    if (node.running()) averaging = node.all_reduce_mean(way);
    sent = way;
    node.report(x);
  }
}

}  // namespace

Task diloco(Node& node, DiLoCo settings) {
  return settings.mode == DiLoCo::Mode::plain ? at_once(node, settings) : in_flight(node, settings);
}

AlgorithmEntry diloco_entry() {
  using enum DiLoCo::Mode;
  return algorithm<DiLoCo>(
      "diloco", "local steps, then an outer optimizer's step along their mean (Douillard et al. 2023)", diloco,
      {step_size<DiLoCo>(),
       averaging_period<DiLoCo>(),
       outer_optimizer<DiLoCo>(),
       {{"mode", &DiLoCo::mode, choices<DiLoCo::Mode>({{"plain", plain}, {"delayed", delayed}, {"eager", eager}}),
         "wait for the mean; or use it one round later; or use it later, but the node's own part at once"}},
       longer_first_period<DiLoCo>(),
       optimizer<DiLoCo>()},
      "Douillard et al., \"DiLoCo: Distributed Low-Communication Training of Language Models\", 2023, "
      "arXiv:2311.08105",
      {.cost = "H gradients; one all-reduce",
       .vectors = 3,
       .all_reduces = true,
       .sums = {},
       .steps_per_averaging = {"averaging_period"}});
}

}  // namespace gossamer
