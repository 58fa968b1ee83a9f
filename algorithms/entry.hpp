#pragma once
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/parts/local_steps.hpp"
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/registry.hpp"

/// Helpers that make the entries of algorithms. An entry is at the end of its program's source.
namespace gossamer {

template <class S>
AlgorithmEntry algorithm(std::string name, std::string sentence, Task (*program)(Node&, S),
                         std::vector<std::vector<Field<S>>> fields, std::string source, AlgorithmFacts facts) {
  std::vector<Field<S>> all;
  for (auto& some : fields) std::move(some.begin(), some.end(), std::back_inserter(all));
  const auto make = [program](S settings) -> Program { return [=](Node& node) { return program(node, settings); }; };
  return {entry<Program(), S>(std::move(name), std::move(sentence), make, std::move(all), std::move(source)),
          std::move(facts)};
}

/// The fields of a structure as fields of another one, in whose member `part` it is.
template <class S, class Part>
std::vector<Field<S>> within(Part S::*part, std::vector<Field<Part>> fields) {
  std::vector<Field<S>> result;
  for (auto& field : fields) result.push_back({part, std::move(field)});
  return result;
}

// Settings that several algorithms have.

template <class S>
std::vector<Field<S>> step_size() {
  return {Field<S>{"step_size", &S::step_size, "step size η, or a schedule of step sizes η_k"}};
}
template <class S>
std::vector<Field<S>> momentum(std::string sentence = "heavy-ball momentum β, kept by each node") {
  return {{"momentum", &S::momentum, from_until(0, 1), std::move(sentence)}};
}
template <class S>
std::vector<Field<S>> averaging_period(std::string sentence = "steps H between two averagings") {
  return {{"averaging_period", &S::averaging_period, at_least(1), std::move(sentence)}};
}
template <class S>
std::vector<Field<S>> longer_first_period() {
  return {{"longer_first_period", &S::longer_first_period,
           "whether the first period has one step more, as in published code"}};
}
template <class S>
std::vector<Field<S>> outer_optimizer(std::string sentence = "of the step along the way of a round") {
  return {{"outer_optimizer", &S::outer, std::move(sentence)}};
}
template <class S>
std::vector<Field<S>> consensus_step(Range range = above_up_to(0, 1)) {
  return {{"consensus_step", &S::consensus_step, range, "consensus step γ"}};
}
template <class S>
std::vector<Field<S>> local_steps() {
  return {
      {&S::local,
       {"local_steps", &LocalSteps::steps, at_least(1), "H, whose gradients' sum takes the place of the gradient"}}};
}
/// The same for a method that is exact without local steps.
template <class S>
std::vector<Field<S>> inexact_local_steps() {
  const Condition permitted{.setting = "inexact", .values = {Value{true}}};
  return {Field<S>{local_steps<S>().front()}.fixed_unless(
              permitted, "takes the method off the minimum: it is exact with one local step alone"),
          Field<S>{Setting{.name = "inexact",
                           .sentence = "true says that several local steps, which make the method inexact, are meant",
                           .type = Setting::Type::boolean}}};
}
template <class S>
std::vector<Field<S>> local_momentum() {
  Field<LocalSteps> momentum{"momentum", &LocalSteps::momentum, from_until(0, 1), "momentum β, kept by each node"};
  momentum.setting.fallback = S{}.local.momentum;
  return {{&S::local, std::move(momentum)},
          {&S::local, Field<LocalSteps>{"nesterov", &LocalSteps::nesterov, "whether the momentum looks ahead"}.read_if(
                          where_not("momentum", 0.0))}};
}
/// The settings of SGD in the member `sgd`.
template <class S>
std::vector<Field<S>> sgd() {
  using A = Sgd::Settings;
  return {{&S::sgd, {"momentum", &A::momentum, from_until(0, 1), "heavy-ball momentum β"}},
          {&S::sgd,
           Field<A>{"nesterov", &A::nesterov, "whether the momentum looks ahead"}.read_if(where_not("momentum", 0.0))},
          {&S::sgd, weight_decay_of_sgd()}};
}
/// The settings of Adam in the member `adam`.
template <class S>
std::vector<Field<S>> adam() {
  using A = Adam::Settings;
  std::vector<Field<S>> fields = within(&S::adam, adam_moments());
  fields.back().setting.fallback = S{}.adam.bias_correction;
  fields.push_back({&S::adam, weight_decay_of_adam()});
  fields.push_back({&S::adam, Field<A>{"decoupled", &A::decoupled,
                                       "whether weights decay beside the gradient (AdamW) instead of within it (Adam)"}
                                  .read_if(where_not("weight_decay", 0.0))});
  return fields;
}
/// The optimizer of steps that a node makes alone.
template <class S>
std::vector<Field<S>> optimizer(std::string sentence = "of the local steps") {
  return {{"optimizer", &S::optimizer, std::move(sentence)}};
}
/// The fields, which have an effect only if the condition holds.
template <class S>
std::vector<Field<S>> read_if(const Condition& condition, std::vector<Field<S>> fields) {
  for (Field<S>& field : fields) field.setting.rules.push_back({condition});
  return fields;
}
template <class S>
std::vector<Field<S>> compressor(Presence presence = required) {
  return {{"compressor", &S::compressor, "what travels in place of a vector", presence}};
}
template <class S>
std::vector<Field<S>> form() {
  return {{"form", &S::form,
           choices<DPsgd::Form>({{"awc", DPsgd::Form::awc}, {"atc", DPsgd::Form::atc}, {"cta", DPsgd::Form::cta}}),
           "adapt while combine, adapt then combine, combine then adapt"}};
}

/// A consensus step γ below 1 averages with (1 − γ) I + γ W, in which every node gives itself weight.
inline const Condition where_whole_step{.setting = "consensus_step", .values = {Value{1.0}}};

inline const std::string one_payload = "H gradients; one payload to each neighbor";
inline const std::string two_payloads = "H gradients; two payloads to each neighbor";
inline const std::string one_code = "H gradients; one code to each neighbor";

}  // namespace gossamer
