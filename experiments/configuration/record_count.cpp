#include "experiments/configuration/record_count.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/quantity.hpp"

namespace gossamer {
namespace {

constexpr double most_records = 1e6;
/// The limit if the end of the run is not known: such a trace fills disks before the first step is over.
constexpr double most_of_a_step = 1e9;

/// Whether the block has exactly so many ends.
bool has_ends(const Experiment& experiment, int count) {
  const Limits& limits = experiment.limits;
  const StopTargets& targets = experiment.targets;
  const int ends = (limits.virtual_time ? 1 : 0) + (limits.node_steps ? 1 : 0) + (limits.sent_bytes ? 1 : 0) +
                   (targets.mean_node_steps ? 1 : 0) + (targets.any_of_models() ? 1 : 0);
  return ends == count;
}

Seconds shortest_first_step(const Experiment& experiment) {
  Seconds shortest{std::numeric_limits<double>::infinity()};
  for (NodeId i = 0; i < experiment.topology.facts.nodes; ++i)
    shortest = std::min(shortest, experiment.step_times->duration(i, 0, Seconds{0}));
  return shortest;
}

void check_time(const Place& place, const Experiment& experiment, Seconds every) {
  const bool known = experiment.limits.virtual_time && has_ends(experiment, 1);
  const double most = known ? most_records : most_of_a_step;
  const Seconds length = known ? *experiment.limits.virtual_time
                               : std::min(shortest_first_step(experiment),
                                          experiment.limits.virtual_time.value_or(shortest_first_step(experiment)));
  if (length / every <= most) return;
  refuse(place.at("every"),
         fmt::format("{} makes {:.3g} records {} {}", write_rounded(every.count(), Unit::seconds), length / every,
                     known ? "of a run of" : "before the first step is over, after",
                     write_rounded(length.count(), Unit::seconds)),
         fmt::format("at least {}, for {:.0f} records", write_rounded(length.count() / most, Unit::seconds), most));
}

/// Records cannot be more frequent than steps.
void check_steps(const Place& place, const Experiment& experiment, double every) {
  std::optional<double> steps = experiment.targets.mean_node_steps;
  if (experiment.limits.node_steps) steps = static_cast<double>(*experiment.limits.node_steps);
  if (!steps || !has_ends(experiment, 1)) return;
  const double records = std::min(*steps / every, *steps * experiment.topology.facts.nodes);
  if (records <= most_records) return;
  refuse(place.at("every_node_steps"),
         fmt::format("{} makes {:.3g} records of a run of {} steps", every, records, *steps),
         fmt::format("at least {:.3g}, for {:.0f} records", *steps / most_records, most_records));
}

}  // namespace

void check_record_count(const Experiment& experiment) {
  const Place place{experiment.file, "/record"};
  if (experiment.record.every) check_time(place, experiment, *experiment.record.every);
  if (experiment.record.every_node_steps) check_steps(place, experiment, *experiment.record.every_node_steps);
}

}  // namespace gossamer
