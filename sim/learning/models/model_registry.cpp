#include "sim/learning/models/model_registry.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/interpolated.hpp"
#include "sim/learning/models/linear_regression.hpp"
#include "sim/learning/models/logistic_regression.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/quadratics.hpp"
#include "sim/learning/models/rosenbrock.hpp"
#include "sim/learning/models/softmax_regression.hpp"

namespace gossamer {
namespace {

struct DrawnQuadratics : RandomQuadratics {
  double noise = 0;
};
struct ReadQuadratics {
  std::string path;
  double noise = 0;
};

constexpr auto l2_sentence = "λ, weight of ‖x‖²/2";

/// The weights of nodes in f.
struct Shares {
  NodeWeights node_weights = NodeWeights::equal;
};

/// A model's own settings, the settings of its batches, and the weights of nodes.
template <class Model>
struct Trained : Model, Minibatches, Shares {};

/// A base's member as a member of S.
template <class S, class T, class Base>
T S::*in(T Base::*member) {
  return member;
}

template <class S>
std::vector<Field<S>> data_fields() {
  return {Field<S>{"batch_size", in<S>(&Minibatches::batch_size), at_least(1), "B, samples of one node-step"}.with_word(
              "full", 0),
          Field<S>{"sampling", in<S>(&Minibatches::sampling),
                   choices<Sampling>(
                       {{"with_replacement", Sampling::with_replacement}, {"reshuffled", Sampling::reshuffled}}),
                   "independent draws, or every sample once an epoch"}
              .read_if(where_not("batch_size", std::int64_t{0})),
          {"node_weights", in<S>(&Shares::node_weights),
           choices<NodeWeights>({{std::string{name(NodeWeights::equal)}, NodeWeights::equal},
                                 {std::string{name(NodeWeights::samples)}, NodeWeights::samples}}),
           "f is the mean of the nodes' losses, or that of all their samples: gradients grow with a node's share"}};
}

template <class Scalar, class Model, class Make>
ModelEntry<Scalar> trained(const std::string& name, std::string sentence, Targets targets, Make make_model,
                           std::vector<Field<Trained<Model>>> fields) {
  for (auto& field : data_fields<Trained<Model>>()) fields.push_back(std::move(field));
  const auto build = [name, make_model](const Trained<Model>& settings,
                                        const LearningContext& context) -> std::unique_ptr<Problem<Scalar>> {
    if (!context.data || !context.partition)
      throw LearningError{fmt::format("{}: needs data and a partition of them", name)};
    if (context.partition->samples.size() != static_cast<std::size_t>(context.nodes))
      throw LearningError{fmt::format("{}: the partition is for {} nodes, expected {}", name,
                                      context.partition->samples.size(), context.nodes)};
    return std::make_unique<EmpiricalRisk<Scalar>>(context.data, context.partition, make_model(*context.data, settings),
                                                   settings, context.seed, settings.node_weights);
  };
  ModelEntry<Scalar> result{entry<std::unique_ptr<Problem<Scalar>>(const LearningContext&)>(name, std::move(sentence),
                                                                                            build, std::move(fields))};
  result.targets = targets;
  return result;
}

template <class Scalar, class Settings, class Terms>
ModelEntry<Scalar> quadratics(std::string name, std::string sentence, Terms terms,
                              std::vector<Field<Settings>> fields) {
  fields.push_back({"noise", &Settings::noise, at_least(0), "σ, standard deviation of each gradient coordinate"});
  const auto build = [terms](const Settings& settings,
                             const LearningContext& context) -> std::unique_ptr<Problem<Scalar>> {
    return std::make_unique<Quadratics<Scalar>>(terms(settings, context), settings.noise, context.seed);
  };
  return {entry<std::unique_ptr<Problem<Scalar>>(const LearningContext&)>(std::move(name), std::move(sentence), build,
                                                                          std::move(fields))};
}

QuadraticTerms draw_terms(const DrawnQuadratics& settings, const LearningContext& context) {
  if (settings.L < settings.mu)
    throw LearningError{fmt::format("quadratic: L is {}, below mu, which is {}", settings.L, settings.mu)};
  return draw_quadratics(settings, context.nodes, context.objective_seed.value_or(context.seed));
}

QuadraticTerms read_terms(const ReadQuadratics& settings, const LearningContext& context) {
  const std::filesystem::path path = context.resolve(settings.path);
  QuadraticTerms terms = read_quadratics(path);
  if (terms.b.cols() != context.nodes)
    throw LearningError{fmt::format("{}: /A: {} matrices, expected one for each of {} nodes", path.string(),
                                    terms.b.cols(), context.nodes)};
  return terms;
}

template <class Scalar>
ModelEntry<Scalar> drawn_quadratics() {
  using S = DrawnQuadratics;
  using Law = RandomQuadratics;
  return quadratics<Scalar, S>(
      "quadratic", "a quadratic per node, drawn with given eigenvalues", draw_terms,
      {{"dimension", in<S>(&Law::dimension), at_least(1), "d"},
       {"mu", in<S>(&Law::mu), above(0), "μ, the smallest eigenvalue"},
       {"L", in<S>(&Law::L), above(0), "L ≥ μ, the largest eigenvalue; between them the spectrum is geometric"},
       {"gradient_spread", in<S>(&Law::gradient_spread), at_least(0),
        "standard deviation of the nodes' b_i from their common part"},
       {"hessian_spread", in<S>(&Law::hessian_spread), between(0, 1),
        "weight of the part in which the nodes' A_i differ; at 0 all share one"},
       {"axes", in<S>(&Law::axes), choices<Axes>({{"random", Axes::random}, {"coordinate", Axes::coordinate}}),
        "directions of the eigenvectors; along coordinates a gradient costs O(d)"}});
}

/// In a perceptron with zero parameters each layer's gradient has a zero factor: only that of the last constants is not
/// zero.
Start start_of_mlp(const Mlp& settings) {
  return {.usual = settings.activation == Activation::relu ? "he" : "glorot", .leaves_zero = settings.hidden.empty()};
}

template <class Scalar>
ModelEntry<Scalar> perceptron() {
  using S = Trained<Mlp>;
  const std::vector<Field<S>> fields{{"hidden", in<S>(&Mlp::hidden), at_least(1), "widths of the hidden layers"},
                                     {"activation", in<S>(&Mlp::activation),
                                      choices<Activation>({{"relu", Activation::relu}, {"tanh", Activation::tanh}}),
                                      "function after each hidden layer"},
                                     {"l2", in<S>(&Mlp::l2), at_least(0), l2_sentence}};
  auto result = trained<Scalar, Mlp>(
      "mlp", "a multilayer perceptron with cross-entropy at its end", Targets::classes,
      [](const Dataset& data, const Mlp& settings) { return mlp<Scalar>(data, settings); }, fields);
  result.start = [fields](const Values& values) { return start_of_mlp(filled(fields, values)); };
  return result;
}

template <class Scalar>
std::vector<ModelEntry<Scalar>> all_models() {
  using Linear = Trained<LinearRegression>;
  using Logistic = Trained<LogisticRegression>;
  using Softmax = Trained<SoftmaxRegression>;
  const char* const intercept = "whether there is a constant term, the last parameter";
  return {
      drawn_quadratics<Scalar>(),
      quadratics<Scalar, ReadQuadratics>(
          "quadratic_file", "a quadratic per node, read from a JSON file", read_terms,
          {{"path", &ReadQuadratics::path, "file with A (n × d × d) and b (n × d)", required}}),
      interpolated_entry<Scalar>(),
      rosenbrock_entry<Scalar>(),
      trained<Scalar, LinearRegression>("linear_regression", "least squares", Targets::values,
                                        [](const Dataset& data, const LinearRegression& settings) {
                                          return linear_regression<Scalar>(data, settings);
                                        },
                                        {{"l2", in<Linear>(&LinearRegression::l2), at_least(0), l2_sentence},
                                         {"intercept", in<Linear>(&LinearRegression::intercept), intercept}}),
      trained<Scalar, LogisticRegression>("logistic_regression", "two classes, by the logistic loss", Targets::classes,
                                          [](const Dataset& data, const LogisticRegression& settings) {
                                            return logistic_regression<Scalar>(data, settings);
                                          },
                                          {{"l2", in<Logistic>(&LogisticRegression::l2), at_least(0), l2_sentence},
                                           {"intercept", in<Logistic>(&LogisticRegression::intercept), intercept}}),
      trained<Scalar, SoftmaxRegression>("softmax_regression", "any number of classes, linear scores, cross-entropy",
                                         Targets::classes,
                                         [](const Dataset& data, const SoftmaxRegression& settings) {
                                           return softmax_regression<Scalar>(data, settings);
                                         },
                                         {{"l2", in<Softmax>(&SoftmaxRegression::l2), at_least(0), l2_sentence}}),
      perceptron<Scalar>()};
}

}  // namespace

template <class Scalar>
const std::vector<ModelEntry<Scalar>>& models() {
  static const std::vector<ModelEntry<Scalar>> entries = all_models<Scalar>();
  return entries;
}

template const std::vector<ModelEntry<float>>& models();
template const std::vector<ModelEntry<double>>& models();

}  // namespace gossamer
