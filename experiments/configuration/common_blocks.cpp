#include "experiments/configuration/common_blocks.hpp"

namespace gossamer {

std::vector<Field<Heading>> heading_fields(const std::string& usual_title) {
  Field<Heading> title{"title", &Heading::title,
                       "what figures and tables call the run; the file's name where not given"};
  title.setting.fallback = usual_title;
  return {title,
          {"seed", &Heading::seed, at_least(0), "of all randomness: graph, data, minibatches, stragglers, partners"},
          {"numerics", &Heading::numerics,
           choices<Numerics>({{"float32", Numerics::float32}, {"float64", Numerics::float64}, {"off", Numerics::off}}),
           "the scalar type of models and gradients; off leaves a pure timing simulation"}};
}

const std::vector<Field<Stop>>& stop_fields() {
  static const std::vector<Field<Stop>> fields{
      {"virtual_time", &Stop::virtual_time, above(0), "end at this virtual time"},
      {"node_steps", &Stop::node_steps, at_least(1), "each node starts no new round after so many minibatch steps"},
      {"epochs", &Stop::epochs, above(0), "end after so many passes over a node's samples, on average over nodes"},
      {"target_loss", &Stop::target_loss, anything(), "end once the mean model's training loss is at most this"},
      {"target_accuracy", &Stop::target_accuracy, above_up_to(0, 1),
       "end once the mean model classifies this share of the test part right, or, without one, of what a record "
       "evaluates of the training part"},
      {"target_local_loss", &Stop::target_local_loss, anything(),
       "end once the training loss of the scored nodes' own models is at most this, on average over these nodes"},
      {"target_local_accuracy", &Stop::target_local_accuracy, above_up_to(0, 1),
       "the same of the accuracy that target_accuracy means"},
      {"target_consensus_distance", &Stop::target_consensus_distance, at_least(0),
       "end once Γ = Σ_i ‖x_i − x̄‖² is at most this"},
      {"judge", &Stop::judge, choices<Judge>({{"records", Judge::records}, {"steps", Judge::steps}}),
       "when targets are judged: by records, or after every step of any node, which takes an evaluation each; the "
       "step that meets a target is then recorded, and is the last"},
      {"sent_bytes", &Stop::sent_bytes, at_least(1), "end once all nodes together have sent so much",
       Presence::optional, Unit::bytes}};
  return fields;
}

std::vector<Field<Record>> record_fields(const UsualInterval& usual) {
  Field<Record> every{
      "every", &Record::every, above(0),
      "virtual time between two records; where neither interval is given, a hundredth of the run's first limit"};
  Field<Record> every_node_steps{"every_node_steps", &Record::every_node_steps, above(0),
                                 "node-steps per node, on average, between two records; instead of \"every\""};
  if (usual.every) every.setting.fallback = *usual.every;
  if (usual.every_node_steps) every_node_steps.setting.fallback = *usual.every_node_steps;
  return {
      every,
      every_node_steps,
      Field<Record>{"train_samples", &Record::train_samples, at_least(1),
                    "how many training samples a record evaluates: a fixed random subset"}
          .with_word("full", 0),
      {"test", &Record::test, "whether the test part is evaluated too"},
      {"gradient_norm", &Record::gradient_norm, "whether the norm of the full gradient is computed"},
      {"nodes", &Record::nodes, choices<NodeRecords>({{"all", NodeRecords::all}, {"none", NodeRecords::none}}),
       "which nodes get a record of their own at the end of the trace, about 250 bytes each"},
      Field<Record>{"local_nodes", &Record::local_nodes, at_least(0),
                    "how many nodes' own models a record scores: random ones, the same in the whole run"}
          .with_word("all", Record::all),
      Field<Record>{"local_samples", &Record::local_samples, at_least(1),
                    "by how many training samples, and test samples, it scores them at most: fixed random ones, whose "
                    "difference from the mean model's score is added to what the record says of that model; full: "
                    "all that the record evaluates; automatic: at a twentieth of what evaluating the mean model costs, "
                    "but 32 at least"}
          .with_word("automatic", 0)
          .with_word("full", Record::all)
          .read_if(where_not("local_nodes", std::int64_t{0}))};
}

const std::vector<Field<Wire>>& wire_fields() {
  static const std::vector<Field<Wire>> fields{
      Field<Wire>{"payload", &Wire::payload, at_least(1),
                  "bytes of one model on the wire, of which compressed messages count what the compressor makes; "
                  "\"model\" is 4 bytes a parameter, float32, whatever the numerics",
                  Presence::optional, Unit::bytes}
          .with_word("model", 0),
      {"collectives", &Wire::collectives,
       choices<Collectives>({{"formula", Collectives::formula}, {"played", Collectives::played}}),
       "in virtual time: all have the result a formula after the last has joined, or its messages are played"}};
  return fields;
}

Bytes payload_of(const Wire& wire, Index parameters) {
  constexpr Bytes bytes_per_parameter = 4;
  return wire.payload > 0 ? wire.payload : bytes_per_parameter * parameters;
}

const std::vector<Field<Drawing>>& drawing_fields() {
  using enum Drawing::Draw;
  static const std::vector<Field<Drawing>> fields{
      {"draw", &Drawing::draw, choices<Drawing::Draw>({{"per_step", per_step}, {"per_node", per_node}}),
       "whether the law draws anew for every step, or once for each node, whose steps then all take as long"},
      {"averaging", &Drawing::averaging, above(0),
       "rate at which a node works what it has received into its model, which makes its next step longer; if not "
       "given, this takes no time",
       Presence::optional, Unit::bytes_per_second},
      {"cold_averaging", &Drawing::cold_averaging, above(0),
       "that rate where many steps lie between, so that what averages need has left the caches; if not given, the same",
       Presence::optional, Unit::bytes_per_second},
      Field<Drawing>{"cooling", &Drawing::cooling, above(0), "steps that leave a share 1/e of it in the caches"}
          .read_if(where_given("cold_averaging")),
      {&Drawing::phases,
       {"unevenness", &Phases::unevenness, between(0, 0.9),
        "steps come in phases, in half of which they take 1 + this times as long, and 1 − this in the others"}},
      {&Drawing::phases, Field<Phases>{"phase", &Phases::steps, at_least(1), "steps of such a phase"}.read_if(
                             where_not("unevenness", 0.0))}};
  return fields;
}

const std::vector<Field<Expectations>>& expectation_fields() {
  using enum Expectations::Models;
  static const std::vector<Field<Expectations>> fields{
      {"models", &Expectations::models,
       choices<Expectations::Models>({{"any", any}, {"identical", identical}, {"same_law", same_law}}),
       "identical bit by bit in both worlds; same_law: tests over seeds find no difference; any asks for nothing"},
      {"time_error", &Expectations::time_error, above(0),
       "largest error of the predicted virtual time, as a share of the measured time"},
      Field<Expectations>{"significance", &Expectations::significance, above_up_to(0, 1),
                          "probability with which the tests of same_law may find a difference where there is none"}
          .read_if(where_is("models", {"same_law"}))};
  return fields;
}

}  // namespace gossamer
