#include "experiments/configuration/record_block.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace gossamer {
namespace {

/// The end that a default interval divides: a hundredth of the virtual time or of the node-steps.
constexpr double records_of_a_run = 100;
constexpr double node_steps_between_records = 10;  // if neither is limited

UsualInterval usual_interval(const StopBlock& stop) {
  if (stop.virtual_time) return {.every = stop.virtual_time->count() / records_of_a_run, .every_node_steps = {}};
  if (!stop.node_steps) return {.every = {}, .every_node_steps = node_steps_between_records};
  return {.every = {}, .every_node_steps = std::ceil(static_cast<double>(*stop.node_steps) / records_of_a_run)};
}

/// Refuses targets that the records of the run do not measure.
void check_targets(const StopBlock& stop, const RecordBlock& record) {
  for (const auto& [target, key] :
       {std::pair{stop.target_local_loss, "target_local_loss"}, {stop.target_local_accuracy, "target_local_accuracy"}})
    if (target && record.local_nodes == 0)
      refuse(stop.place.at(key), "needs scores of nodes' own models, and \"local_nodes\" is 0",
             "at least one node, or \"all\", at /record/local_nodes");
  for (const auto& [target, key] :
       {std::pair{stop.target_accuracy, "target_accuracy"}, {stop.target_local_accuracy, "target_local_accuracy"}})
    if (target && !record.test)
      refuse(stop.place.at(key), "is judged by the test part, and \"test\" is false", "true at /record/test");
}

/// The nodes whose own models are scored, and the number of samples for it.
LocalScoring local_scoring(const RecordBlock& record, const TopLevelSettings& top_level, const Dataset* data,
                           NodeId nodes) {
  if (top_level.numerics == Numerics::off) return {};
  const auto count = record.local_nodes == RecordBlock::all ? Index{nodes} : std::min<Index>(record.local_nodes, nodes);
  LocalScoring local{.nodes =
                         scored_nodes(static_cast<NodeId>(count), nodes, static_cast<std::uint64_t>(top_level.seed))};
  if (!data || record.local_samples == RecordBlock::all) return local;
  const EvaluatedSamples evaluated{.train = record.train_samples > 0 ? record.train_samples : data->train.count(),
                                   .test = record.test ? data->test.count() : 0,
                                   .gradient = record.gradient_norm};
  const Index samples =
      record.local_samples > 0 ? record.local_samples : cheap_samples(evaluated, static_cast<NodeId>(count));
  if (samples < evaluated.train) local.train_samples = samples;
  if (samples < evaluated.test) local.test_samples = samples;
  return local;
}

}  // namespace

std::vector<Field<RecordBlock>> record_fields(const UsualInterval& usual) {
  Field<RecordBlock> every{
      "every", &RecordBlock::every, above(0),
      "virtual time between two records; where neither interval is given, a hundredth of the run's first limit"};
  Field<RecordBlock> every_node_steps{"every_node_steps", &RecordBlock::every_node_steps, above(0),
                                      "node-steps per node, on average, between two records; instead of \"every\""};
  if (usual.every) every.setting.fallback = *usual.every;
  if (usual.every_node_steps) every_node_steps.setting.fallback = *usual.every_node_steps;
  return {every,
          every_node_steps,
          Field<RecordBlock>{"train_samples", &RecordBlock::train_samples, at_least(1),
                             "how many training samples a record evaluates: a fixed random subset"}
              .with_word("full", 0),
          {"test", &RecordBlock::test, "whether the test part is evaluated too"},
          {"gradient_norm", &RecordBlock::gradient_norm, "whether the norm of the full gradient is computed"},
          {"constants", &RecordBlock::constants,
           "whether the header of the trace has the constants of the problem, such as L and μ, which `gossamer check` "
           "shows; they may take seconds to compute"},
          {"nodes", &RecordBlock::nodes, choices<NodeRecords>({{"all", NodeRecords::all}, {"none", NodeRecords::none}}),
           "which nodes get a record of their own at the end of the trace, about 250 bytes each"},
          Field<RecordBlock>{"local_nodes", &RecordBlock::local_nodes, at_least(0),
                             "how many nodes' own models a record scores: random ones, the same in the whole run"}
              .with_word("all", RecordBlock::all),
          Field<RecordBlock>{
              "local_samples", &RecordBlock::local_samples, at_least(1),
              "by how many training samples, and test samples, it scores them at most: fixed random ones, whose "
              "difference from the mean model's score is added to what the record says of that model; full: "
              "all that the record evaluates; automatic: at a twentieth of what evaluating the mean model costs, "
              "but 32 at least"}
              .with_word("automatic", 0)
              .with_word("full", RecordBlock::all)
              .read_if(where_not("local_nodes", std::int64_t{0}))};
}

RecordBlock read_record(BlockReader& block, const StopBlock& stop) {
  const bool has_time = block.block("every"), has_steps = block.block("every_node_steps");
  block.expect_settings(settings_of(record_fields()));
  block.refuse_unknown();
  if (has_time && has_steps) refuse(block.place(), "\"every\" and \"every_node_steps\" are both given", "one of them");
  RecordBlock record = block.fill(record_fields(has_time || has_steps ? UsualInterval{} : usual_interval(stop)));
  record.place = block.place();
  block.refuse_unknown();
  check_targets(stop, record);
  return record;
}

RecordSettings RecordBlock::settings(const TopLevelSettings& top_level, const Dataset* data, NodeId node_count) const {
  const bool looks_in_vain = !data && top_level.numerics != Numerics::off;
  for (const auto& [key, count] : {std::pair{"train_samples", train_samples}, {"local_samples", local_samples}})
    if (looks_in_vain && count > 0)
      refuse(place.at(key), "has no effect, as this model has no training samples", "\"full\", or a model with data");
  if (data && train_samples > data->train.count())
    refuse(place.at("train_samples"),
           fmt::format("{} is more than the {} training samples that there are", train_samples, data->train.count()),
           fmt::format("an integer from 1 to {}, or \"full\"", data->train.count()));
  RecordSettings settings;
  settings.every = every;
  settings.every_node_steps = every_node_steps;
  settings.test = test;
  settings.gradient_norm = gradient_norm;
  settings.constants = constants;
  settings.nodes = nodes;
  if (train_samples > 0) settings.train_samples = train_samples;
  settings.local = local_scoring(*this, top_level, data, node_count);
  return settings;
}

}  // namespace gossamer
