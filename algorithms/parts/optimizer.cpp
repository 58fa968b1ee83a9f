#include "algorithms/parts/optimizer.hpp"

#include <string>
#include <type_traits>

namespace gossamer {
namespace {

const char* const momentum_source =
    "Sutskever, Martens, Dahl, Hinton, \"On the importance of initialization and momentum in deep learning\", ICML "
    "2013";

template <class Rule>
class OptimizerBy final : public Optimizer {
 public:
  explicit OptimizerBy(Rule rule) : rule_{std::move(rule)} {}
  Params step(const Params& x, double step_size, const Params& g) override { return rule_.step(x, step_size, g); }

 private:
  Rule rule_;
};

template <class Rule>
class OptimizerKindBy final : public OptimizerKind {
 public:
  explicit OptimizerKindBy(typename Rule::Settings settings) : settings_{settings} {}
  std::unique_ptr<Optimizer> start(Node& node) const override {
    if constexpr (std::is_constructible_v<Rule, typename Rule::Settings>)
      return std::make_unique<OptimizerBy<Rule>>(Rule{settings_});
    else
      return std::make_unique<OptimizerBy<Rule>>(Rule{node, settings_});
  }

 private:
  typename Rule::Settings settings_;
};

using SharedOptimizerKind = std::shared_ptr<const OptimizerKind>;
using OptimizerEntry = PartEntry<OptimizerKind>;

template <class Rule>
SharedOptimizerKind optimizer_by(const typename Rule::Settings& settings) {
  return std::make_shared<const OptimizerKindBy<Rule>>(settings);
}

Field<Sgd::Settings> momentum_of_sgd() {
  Field<Sgd::Settings> field{"momentum", &Sgd::Settings::momentum, from_until(0, 1), "heavy-ball momentum β"};
  field.setting.fallback = 0.9;
  return field;
}

const OptimizerEntry& plain_sgd() {
  static const auto sgd = entry<SharedOptimizerKind(), Sgd::Settings>("sgd", "steps along gradients", optimizer_by<Sgd>,
                                                                      {weight_decay_of_sgd()});
  return sgd;
}

OptimizerEntry sgd_with_momentum() {
  return entry<SharedOptimizerKind(), Sgd::Settings>("momentum", "SGD with heavy-ball momentum, without dampening",
                                                     optimizer_by<Sgd>, {momentum_of_sgd(), weight_decay_of_sgd()},
                                                     momentum_source);
}

OptimizerEntry sgd_that_looks_ahead() {
  return entry<SharedOptimizerKind(), Sgd::Settings>(
      "nesterov", "SGD with momentum and Nesterov's look-ahead",
      [](Sgd::Settings settings) {
        settings.nesterov = true;
        return optimizer_by<Sgd>(settings);
      },
      {momentum_of_sgd(), weight_decay_of_sgd()}, momentum_source);
}

OptimizerEntry adam_of(std::string name, std::string sentence, bool decoupled, std::string source) {
  std::vector<Field<Adam::Settings>> fields = adam_moments();
  fields.push_back(weight_decay_of_adam());
  return entry<SharedOptimizerKind(), Adam::Settings>(
      std::move(name), std::move(sentence),
      [decoupled](Adam::Settings settings) {
        settings.decoupled = decoupled;
        return optimizer_by<Adam>(settings);
      },
      std::move(fields), std::move(source));
}

OptimizerEntry muon() {
  using M = Muon::Settings;
  using Scale = NewtonSchulz::Scale;
  std::vector<Field<M>> fields{
      {"momentum", &M::momentum, from_until(0, 1), "momentum β of the weights of layers"},
      {"nesterov", &M::nesterov, "whether the momentum looks ahead"},
      {"weight_decay", &M::weight_decay, at_least(0), "weight decay λ of the weights of layers"},
      {"iteration", &M::iteration,
       choices<Muon::Iteration>({{"jordan", Muon::Iteration::jordan}, {"muloco", Muon::Iteration::muloco}}),
       "five equal steps of the Newton-Schulz iteration, or those of MuLoCo-1, which come nearer to orthogonality"},
      {"scale", &M::scale,
       choices<Scale>({{"at_least_one", Scale::at_least_one}, {"spectral", Scale::spectral}, {"none", Scale::none}}),
       "of an orthogonalized matrix: √max(1, rows/columns), √(rows/columns), or 1"},
      {"adam_factor", &M::adam_factor, above(0), "step size of AdamW for all other parameters, as a part of η"}};
  for (Field<Adam::Settings>& field : adam_moments()) fields.push_back({&M::adam, std::move(field)});
  return entry<SharedOptimizerKind(), M>(
      "muon", "orthogonalized momentum for the weights of layers, and AdamW for the rest", optimizer_by<Muon>,
      std::move(fields), "Jordan et al., \"Muon: An optimizer for hidden layers in neural networks\", 2024");
}

}  // namespace

Field<Sgd::Settings> weight_decay_of_sgd() {
  return {"weight_decay", &Sgd::Settings::weight_decay, at_least(0), "weight decay λ"};
}

std::vector<Field<Adam::Settings>> adam_moments() {
  using A = Adam::Settings;
  return {{"first_decay", &A::first_decay, from_until(0, 1), "decay β₁ of the first moment"},
          {"second_decay", &A::second_decay, from_until(0, 1), "decay β₂ of the second moment"},
          {"epsilon", &A::epsilon, above(0), "ε, which is added to the root of the second moment"},
          {"bias_correction", &A::bias_correction, "whether moments are divided by 1 − βᵗ"}};
}

Field<Adam::Settings> weight_decay_of_adam() {
  return {"weight_decay", &Adam::Settings::weight_decay, at_least(0), "weight decay λ"};
}

const std::vector<OptimizerEntry>& optimizers() {
  static const std::vector<OptimizerEntry> entries{
      plain_sgd(),
      sgd_with_momentum(),
      sgd_that_looks_ahead(),
      adam_of("adam", "Adam; weights decay within the gradient", false,
              "Kingma, Ba, \"Adam: A Method for Stochastic Optimization\", ICLR 2015, arXiv:1412.6980"),
      adam_of("adamw", "Adam whose weights decay beside the gradient", true,
              "Loshchilov, Hutter, \"Decoupled Weight Decay Regularization\", ICLR 2019, arXiv:1711.05101"),
      muon()};
  return entries;
}

const PartType& OptimizerKind::part_type() {
  static const PartType type{
      .name = "optimizers",
      .noun = "an optimizer",
      .note = "its steps have the step size of the algorithm; its state stays with its node, and is not averaged"};
  return type;
}

OptimizerChoice::OptimizerChoice()
    : chosen_{part_value(OptimizerKind::part_type(), plain_sgd(), defaults(plain_sgd().settings))} {}
OptimizerChoice::OptimizerChoice(Sgd::Settings settings) : chosen_{optimizer_by<Sgd>(settings)} {}
OptimizerChoice::OptimizerChoice(Adam::Settings settings) : chosen_{optimizer_by<Adam>(settings)} {}
OptimizerChoice::OptimizerChoice(Muon::Settings settings) : chosen_{optimizer_by<Muon>(settings)} {}

}  // namespace gossamer
