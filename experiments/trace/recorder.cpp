#include "experiments/trace/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gossamer {

Recorder::Recorder(Setup setup, TraceWriter& trace, Progress* progress)
    : setup_{std::move(setup)}, trace_{trace}, progress_{progress} {}

bool Recorder::have_made(double steps, const Snapshot& snapshot) const {
  return static_cast<double>(snapshot.total.node_steps) >= steps * setup_.nodes;
}

bool Recorder::is_due(const Snapshot& snapshot) const {
  const RecordSettings& record = setup_.record;
  return due_ == 0 || (record.every && snapshot.time >= due_ * *record.every) ||
         (record.every_node_steps && have_made(due_ * *record.every_node_steps, snapshot));
}

/// The first one after the snapshot. Intervals so small that the snapshot has passed 2⁵³ of them cannot be counted one
/// by one.
void Recorder::set_next_due(const Snapshot& snapshot) {
  const double passed = setup_.record.every
                            ? snapshot.time / *setup_.record.every
                            : static_cast<double>(snapshot.total.node_steps) / setup_.nodes /
                                  setup_.record.every_node_steps.value_or(std::numeric_limits<double>::infinity());
  due_ = std::max(due_ + 1, std::floor(passed) - 1);  // the quotient may have been rounded up
  while (is_due(snapshot)) due_ = std::max(due_ + 1, std::nextafter(due_, std::numeric_limits<double>::infinity()));
}

Observer::Next Recorder::next() const {
  if (due_ == 0) return {.time = Seconds{0}};
  Next result;
  if (setup_.record.every) result.time = due_ * *setup_.record.every;
  if (setup_.record.every_node_steps) result.node_steps = due_ * *setup_.record.every_node_steps;
  if (setup_.targets.mean_node_steps) result.node_steps = std::min(result.node_steps, *setup_.targets.mean_node_steps);
  if (progress_) result.node_steps = std::min(result.node_steps, progress_->next_observation(steps_seen_));
  result.at_changes = setup_.targets.judge == Judge::steps;
  return result;
}

Sample Recorder::look(const Snapshot& snapshot, MeasuredModels::Purpose purpose) {
  Sample sample{.time = snapshot.time,
                .total = snapshot.total,
                .transfer = snapshot.transfer,
                .nodes = setup_.nodes,
                .steps_per_epoch = setup_.steps_per_epoch,
                .evaluation = {},
                .consensus_distance = {},
                .faults = snapshot.faults,
                .decode_failures = {}};
  if (setup_.measure) measure_models(snapshot, purpose, sample);
  return sample;
}

/// The own models of the scored nodes that are up.
std::vector<Params> Recorder::scored_models(const Snapshot& snapshot) const {
  std::vector<Params> models;
  for (const NodeId i : setup_.record.local.nodes)
    if (!snapshot.faults || std::binary_search(snapshot.living.begin(), snapshot.living.end(), i))
      models.push_back(snapshot.models[static_cast<std::size_t>(i)]);
  return models;
}

void Recorder::measure_models(const Snapshot& snapshot, MeasuredModels::Purpose purpose, Sample& sample) {
  // The models of nodes that are down are not known.
  const std::vector<Params> living = snapshot.living_models(setup_.nodes);
  const std::span<const Params> models = snapshot.faults ? std::span{living} : snapshot.models_of(setup_.nodes);
  const auto is_there = [](const Params& model) { return bool{model}; };
  // If a run is interrupted at its start, nodes may have no model yet.
  if ((snapshot.faults && models.empty()) || !std::all_of(models.begin(), models.end(), is_there)) return;
  const std::vector<Params> scored = scored_models(snapshot);
  Params server;
  if (setup_.has_server && !snapshot.models.empty()) {
    server = snapshot.models[static_cast<std::size_t>(setup_.nodes)];
    if (!server) return;
  }
  const Measures measures = setup_.measure({.all = models, .server = server, .scored = scored, .purpose = purpose});
  sample.evaluation = measures.evaluation;
  sample.consensus_distance = measures.consensus_distance;
  sample.local = measures.local;
  sample.squares = measures.squares;
  if (measures.non_finite && !divergence_) {
    const std::size_t position = measures.non_finite->position;
    divergence_ = {.time = snapshot.time,
                   .node = snapshot.faults ? snapshot.living[position] : static_cast<NodeId>(position),
                   .what = measures.non_finite->what};
  }
}

void Recorder::take_sample(const Snapshot& snapshot) {
  last_ = look(snapshot, MeasuredModels::Purpose::sample);
  if (setup_.decode_failures && snapshot.decode_failures) last_.decode_failures = snapshot.decode_failures();
  if (!std::exchange(taken_, true)) reports_at_start_ = snapshot.reports;
  trace_.write_hashed(last_);
}

/// If models start equal, they would meet a target of Γ before the first step.
bool Recorder::models_are_as_at_the_start(const Snapshot& snapshot) const {
  return snapshot.time == Seconds{0} || snapshot.reports == reports_at_start_;
}

std::optional<EndReason> Recorder::judged_by_sample(const Snapshot& snapshot) {
  take_sample(snapshot);
  if (divergence_) return EndReason::diverged;
  return models_are_as_at_the_start(snapshot) ? std::nullopt : reached_target(last_);
}

/// The sample of this instant is taken only if it is the last one.
std::optional<EndReason> Recorder::judged_between_samples(const Snapshot& snapshot) {
  if (setup_.targets.judge == Judge::records || !setup_.measure || models_are_as_at_the_start(snapshot)) return {};
  const Sample seen = look(snapshot, MeasuredModels::Purpose::judgment);
  if (!divergence_ && !reached_target(seen)) return std::nullopt;
  return judged_by_sample(snapshot);
}

std::optional<EndReason> Recorder::reached_target(const Sample& sample) const {
  using enum EndReason;
  const StopTargets& targets = setup_.targets;
  const auto at_most = [](std::optional<double> value, std::optional<double> target) {
    return value && target && *value <= *target;
  };
  const auto at_least = [](std::optional<double> value, std::optional<double> target) {
    return value && target && *value >= *target;
  };
  if (const auto& mean_model = sample.evaluation) {
    if (at_most(mean_model->train_loss, targets.train_loss)) return target_loss;
    if (at_least(mean_model->test_accuracy ? mean_model->test_accuracy : mean_model->train_accuracy, targets.accuracy))
      return target_accuracy;
  }
  if (const auto& local = sample.local) {
    if (at_most(local->train_loss.mean, targets.local_loss)) return target_local_loss;
    const auto& accuracy = local->test_accuracy ? local->test_accuracy : local->train_accuracy;
    if (accuracy && at_least(accuracy->mean, targets.local_accuracy)) return target_local_accuracy;
  }
  if (at_most(sample.consensus_distance, targets.consensus_distance)) return target_consensus_distance;
  return std::nullopt;
}

std::optional<std::string> Recorder::observe(const Snapshot& snapshot) {
  steps_seen_ = static_cast<double>(snapshot.total.node_steps) / setup_.nodes;
  std::optional<EndReason> why;
  if (is_due(snapshot)) {
    why = judged_by_sample(snapshot);
    set_next_due(snapshot);
  } else {
    why = judged_between_samples(snapshot);
  }
  if (progress_) progress_->show(snapshot, last_);
  if (!why && setup_.targets.mean_node_steps && have_made(*setup_.targets.mean_node_steps, snapshot))
    why = EndReason::epochs;
  if (!why) return std::nullopt;
  reason_ = why;
  return name(*why);
}

void Recorder::finish(const Snapshot& snapshot) {
  const bool seen = taken_ && last_.time == snapshot.time && last_.total.node_steps == snapshot.total.node_steps &&
                    last_.total.sent_messages == snapshot.total.sent_messages &&
                    last_.total.received_messages == snapshot.total.received_messages;
  if (!seen) take_sample(snapshot);
}

}  // namespace gossamer
