#include <stdexcept>
#include <string>
#include <type_traits>

#include "algorithms/parts/outer_optimizer.hpp"

// The kinds of outer optimizers.
namespace gossamer {
namespace {

/// The kind whose optimizers are objects of the class `Rule`.
template <class Rule>
class OuterKindBy final : public OuterOptimizerKind {
 public:
  explicit OuterKindBy(typename Rule::Settings settings) : settings_{settings} {}
  std::unique_ptr<OuterOptimizer> start(Node& node) const override {
    if constexpr (std::is_constructible_v<Rule, typename Rule::Settings>)
      return std::make_unique<Rule>(settings_);
    else
      return std::make_unique<Rule>(node, settings_);
  }

 private:
  typename Rule::Settings settings_;
};

using SharedOuterKind = std::shared_ptr<const OuterOptimizerKind>;
using OuterEntry = PartEntry<OuterOptimizerKind>;

template <class Rule>
SharedOuterKind outer_by(const typename Rule::Settings& settings) {
  return std::make_shared<const OuterKindBy<Rule>>(settings);
}

/// The step size and the momentum of a rule, with the defaults of its paper.
template <class Settings>
std::vector<Field<Settings>> step_and_momentum(double step_size, double momentum) {
  std::vector<Field<Settings>> fields{
      {"step_size", &Settings::step_size, above(0), "η, of steps along the way from the end of a round to its start"},
      {"momentum", &Settings::momentum, from_until(0, 1), "momentum β"}};
  fields[0].setting.fallback = step_size;
  fields[1].setting.fallback = momentum;
  return fields;
}

OuterEntry plain_outer_step() {
  std::vector<Field<OuterStep>> fields = step_and_momentum<OuterStep>(1, 0);
  fields.pop_back();
  return entry<SharedOuterKind(), OuterStep>("sgd", "x ← x − η D; with η = 1 it ends at the mean",
                                             outer_by<OuterMomentum>, std::move(fields));
}

OuterEntry outer_momentum() {
  return entry<SharedOuterKind(), OuterStep>(
      "momentum", "heavy-ball momentum, without dampening", outer_by<OuterMomentum>,
      step_and_momentum<OuterStep>(1, 0.9),
      "Hsu, Qi, Brown, \"Measuring the Effects of Non-Identical Data Distribution for Federated Visual "
      "Classification\", 2019, arXiv:1909.06335");
}

OuterEntry outer_nesterov() {
  return entry<SharedOuterKind(), OuterStep>(
      "nesterov", "momentum with Nesterov's look-ahead, without dampening",
      [](OuterStep settings) {
        settings.nesterov = true;
        return outer_by<OuterMomentum>(settings);
      },
      step_and_momentum<OuterStep>(0.7, 0.9),
      "Douillard et al., \"DiLoCo: Distributed Low-Communication Training of Language Models\", 2023, "
      "arXiv:2311.08105");
}

OuterEntry delayed_nesterov() {
  using D = DelayedNesterov::Settings;
  std::vector<Field<D>> fields = step_and_momentum<D>(0.7, 0.9);
  fields.push_back({"delay", &D::delay, at_least(1), "N, the steps between two moves of the momentum"});
  fields.push_back(
      {"early", &D::early, between(0, 1), "c, the share of the momentum in the steps between; at most 1/N"});
  return entry<SharedOuterKind(), D>(
      "delayed_nesterov", "Nesterov's momentum that moves once in N steps, for pushes that come one by one",
      outer_by<DelayedNesterov>, std::move(fields),
      "Liu et al., \"Asynchronous Local-SGD Training for Language Modeling\", 2024, arXiv:2401.09135");
}

constexpr AdaptiveStep::Settings usual_of(AdaptiveStep::Rule rule) {
  const bool adagrad = rule == AdaptiveStep::Rule::adagrad;
  return {.rule = rule, .first_decay = adagrad ? 0 : 0.9};
}

OuterEntry adaptive(std::string name, std::string sentence, AdaptiveStep::Rule rule) {
  return entry<SharedOuterKind(), AdaptiveStep::Settings>(
      std::move(name), std::move(sentence),
      [rule](AdaptiveStep::Settings settings) {
        settings.rule = rule;
        return outer_by<AdaptiveStep>(settings);
      },
      adaptive_fields(usual_of(rule), "step_size"),
      "Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, \"Adaptive Federated Optimization\", ICLR "
      "2021, arXiv:2003.00295");
}

PartValue chosen_outer(const std::string& name, Values values) {
  for (const OuterEntry& one : outer_optimizers())
    if (one.name == name) return part_value(OuterOptimizerKind::part_type(), one, std::move(values));
  throw std::logic_error{"no outer optimizer \"" + name + "\""};
}

PartValue chosen_outer(const OuterStep& settings) {
  if (!settings.nesterov && settings.momentum == 0) return chosen_outer("sgd", {{"step_size", settings.step_size}});
  return chosen_outer(settings.nesterov ? "nesterov" : "momentum",
                      {{"step_size", settings.step_size}, {"momentum", settings.momentum}});
}

}  // namespace

std::vector<Field<AdaptiveStep::Settings>> adaptive_fields(const AdaptiveStep::Settings& usual,
                                                           const std::string& step_size) {
  using A = AdaptiveStep::Settings;
  std::vector<Field<A>> fields{
      {step_size, &A::step_size, above(0), "η, divided by the root of the second moment"},
      {"first_decay", &A::first_decay, from_until(0, 1), "decay β₁ of the first moment"},
      {"second_decay", &A::second_decay, from_until(0, 1), "decay β₂ of the second moment"},
      {"adaptivity", &A::adaptivity, above(0), "τ, which is added to the root of the second moment"},
      {"second_start", &A::second_start, at_least(0), "second moment v₋₁ at the start; τ² if it is not given"}};
  fields[1].setting.fallback = usual.first_decay;
  if (usual.rule == AdaptiveStep::Rule::adagrad) fields.erase(fields.begin() + 2);
  return fields;
}

const std::vector<OuterEntry>& outer_optimizers() {
  using enum AdaptiveStep::Rule;
  static const std::vector<OuterEntry> entries{
      entry<SharedOuterKind(), ToEnd::Settings>("average", "x ← the mean itself", outer_by<ToEnd>, {}),
      plain_outer_step(),
      outer_momentum(),
      outer_nesterov(),
      delayed_nesterov(),
      adaptive("adagrad", "Adagrad: steps shrink with the sum of all squares", adagrad),
      adaptive("adam", "Adam without bias correction", adam),
      adaptive("yogi", "Yogi: a second moment that moves by no more than a square", yogi)};
  return entries;
}

const PartType& OuterOptimizerKind::part_type() {
  static const PartType type{
      .name = "outer_optimizers",
      .noun = "an outer optimizer",
      .note =
          "it steps from the model at the start of a round along D, the way from the end of the round to its start"};
  return type;
}

OuterOptimizerChoice::OuterOptimizerChoice(OuterStep settings) : chosen_{chosen_outer(settings)} {}
OuterOptimizerChoice::OuterOptimizerChoice(ToEnd::Settings) : chosen_{chosen_outer("average", {})} {}
OuterOptimizerChoice::OuterOptimizerChoice(AdaptiveStep::Settings settings)
    : chosen_{outer_by<AdaptiveStep>(settings)} {}
OuterOptimizerChoice::OuterOptimizerChoice(DelayedNesterov::Settings s)
    : chosen_{chosen_outer("delayed_nesterov", {{"step_size", s.step_size},
                                                {"momentum", s.momentum},
                                                {"delay", std::int64_t{s.delay}},
                                                {"early", s.early}})} {}

}  // namespace gossamer
