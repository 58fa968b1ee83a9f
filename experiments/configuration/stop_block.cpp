#include "experiments/configuration/stop_block.hpp"

#include <cstdint>
#include <utility>

namespace gossamer {
const std::vector<Field<StopBlock>>& stop_fields() {
  static const std::vector<Field<StopBlock>> fields{
      {"virtual_time", &StopBlock::virtual_time, above(0), "end at this virtual time"},
      {"node_steps", &StopBlock::node_steps, at_least(1),
       "each node starts no new round after so many minibatch steps"},
      {"epochs", &StopBlock::epochs, above(0), "end after so many passes over a node's samples, on average over nodes"},
      {"target_loss", &StopBlock::target_loss, anything(), "end once the mean model's training loss is at most this"},
      {"target_accuracy", &StopBlock::target_accuracy, above_up_to(0, 1),
       "end once the mean model classifies this share of the test part right, or, without one, of what a record "
       "evaluates of the training part"},
      {"target_local_loss", &StopBlock::target_local_loss, anything(),
       "end once the training loss of the scored nodes' own models is at most this, on average over these nodes"},
      {"target_local_accuracy", &StopBlock::target_local_accuracy, above_up_to(0, 1),
       "the same of the accuracy that target_accuracy means"},
      {"target_consensus_distance", &StopBlock::target_consensus_distance, at_least(0),
       "end once Γ = Σ_i ‖x_i − x̄‖² is at most this"},
      {"judge", &StopBlock::judge, choices<Judge>({{"records", Judge::records}, {"steps", Judge::steps}}),
       "when targets are judged: by records, or after every step of any node, which takes an evaluation each; the "
       "step that meets a target is then recorded, and is the last"},
      {"sent_bytes", &StopBlock::sent_bytes, at_least(1), "end once all nodes together have sent so much",
       Presence::optional, Unit::bytes}};
  return fields;
}

const char* StopBlock::target_of_models() const {
  if (target_loss) return "target_loss";
  if (target_accuracy) return "target_accuracy";
  if (target_local_loss) return "target_local_loss";
  if (target_local_accuracy) return "target_local_accuracy";
  return target_consensus_distance ? "target_consensus_distance" : nullptr;
}

StopBlock read_stop(BlockReader& block, Numerics numerics, bool has_model) {
  StopBlock stop = block.fill(stop_fields());
  stop.place = block.place();
  block.refuse_unknown();
  const char* const target = stop.target_of_models();
  if (!target && !stop.virtual_time && !stop.node_steps && !stop.epochs && !stop.sent_bytes)
    refuse(stop.place, "says no end",
           "at least one of: epochs, node_steps, sent_bytes, target_accuracy, target_consensus_distance, "
           "target_local_accuracy, target_local_loss, target_loss, virtual_time");
  if (numerics == Numerics::off && target)
    refuse(stop.place.at(target), "needs models, and \"numerics\" is \"off\"",
           "\"float32\" or \"float64\" at /numerics, or another end");
  if (stop.judge == Judge::steps && !target)
    refuse(stop.place.at("judge"), "has no effect, since there is no target to judge", "a target");
  if (stop.epochs && !has_model)
    refuse(stop.place.at("epochs"), "needs a model with data", "a model block, or another end");
  return stop;
}

Limits StopBlock::limits() const {
  Limits limits;
  limits.virtual_time = virtual_time;
  limits.sent_bytes = sent_bytes;
  if (node_steps) limits.node_steps = static_cast<std::uint64_t>(*node_steps);
  return limits;
}

StopTargets StopBlock::targets(const BuiltModel& built_model) const {
  StopTargets targets;
  targets.train_loss = target_loss;
  targets.consensus_distance = target_consensus_distance;
  targets.accuracy = target_accuracy;
  targets.local_loss = target_local_loss;
  targets.local_accuracy = target_local_accuracy;
  targets.judge = judge;
  for (const auto& [target, key] :
       {std::pair{target_accuracy, "target_accuracy"}, {target_local_accuracy, "target_local_accuracy"}})
    if (target && !(built_model.problem && built_model.problem->classifies()))
      refuse(place.at(key), "this model has no classes, and so no accuracy", "a target of the loss, or another end");
  if (!epochs) return targets;
  if (!built_model.steps_per_epoch) refuse(place.at("epochs"), "this model has no samples to pass over", "another end");
  targets.mean_node_steps = *epochs * *built_model.steps_per_epoch;
  return targets;
}

}  // namespace gossamer
