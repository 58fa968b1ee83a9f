#include "sim/learning/models/initial_params.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/random.hpp"
#include "sim/learning/data/npy.hpp"

namespace gossamer {

InitialParams::InitialParams(Eigen::VectorXd deviations, bool per_node, std::uint64_t seed)
    : dimension_{deviations.size()}, deviations_{std::move(deviations)}, per_node_{per_node}, seed_{seed} {}

InitialParams::InitialParams(Eigen::MatrixXd columns)
    : dimension_{columns.rows()}, per_node_{columns.cols() > 1}, columns_{std::move(columns)} {}

bool InitialParams::shared() const { return !per_node_; }

bool InitialParams::zero() const { return (deviations_.array() == 0).all() && (columns_.array() == 0).all(); }

template <class Scalar>
void InitialParams::fill(NodeId node, Scalar* x) const {
  const NodeId own = per_node_ ? node : 0;
  if (columns_.size() > 0) {
    for (Index k = 0; k < dimension_; ++k) x[k] = static_cast<Scalar>(columns_(k, own));
  } else if (deviations_.size() > 0) {
    Draws draws{seed_, Purpose::initial_params, own};
    for (Index k = 0; k < dimension_; ++k) x[k] = static_cast<Scalar>(deviations_[k] * standard_normal(draws));
  } else {
    std::fill_n(x, dimension_, Scalar{0});
  }
}

template void InitialParams::fill(NodeId, float*) const;
template void InitialParams::fill(NodeId, double*) const;

namespace {

struct Zeros {};
struct Normal {
  double stddev = 0.01;
  bool per_node = false;
};
struct Scaled {
  bool per_node = false;
};
struct FromFile {
  std::string path;
};

/// Zero for biases, and sqrt(variance(layer)) for the weights of each layer.
template <class Variance>
Eigen::VectorXd layer_deviations(const char* name, const InitialContext& context, Variance variance) {
  if (context.layers.empty())
    throw LearningError{fmt::format("{}: the model has no layers, expected softmax_regression or mlp", name)};
  Eigen::VectorXd deviations = Eigen::VectorXd::Zero(context.dimension);
  Index start = 0;
  for (const Layer& layer : context.layers) {
    const Index weights = layer.inputs * layer.outputs;
    deviations.segment(start, weights).setConstant(std::sqrt(variance(layer)));
    start += weights + layer.outputs;
  }
  return deviations;
}

double he_variance(const Layer& layer) { return 2 / static_cast<double>(layer.inputs); }
double glorot_variance(const Layer& layer) { return 2 / static_cast<double>(layer.inputs + layer.outputs); }

InitialParams read_params(const FromFile& settings, const InitialContext& context) {
  const std::filesystem::path path = context.resolve(settings.path);
  Eigen::MatrixXd values = read_npy_matrix(path);
  const Index d = context.dimension;
  const auto n = static_cast<Index>(context.nodes);
  if (!values.allFinite()) throw LearningError{fmt::format("{}: has an element that is not finite", path.string())};
  if (values.cols() == 1 && values.rows() == d) return InitialParams{std::move(values)};
  if (values.rows() == n && values.cols() == d) return InitialParams{Eigen::MatrixXd{values.transpose()}};
  throw LearningError{fmt::format("{}: shape is {} × {}, expected {} (d) or {} × {} (nodes × d)", path.string(),
                                  values.rows(), values.cols(), d, n, d)};
}

template <class S, class Build>
auto initialization(std::string name, std::string sentence, Build build, std::vector<Field<S>> fields,
                    std::string paper = {}) {
  return entry<InitialParams(const InitialContext&)>(std::move(name), std::move(sentence), build, std::move(fields),
                                                     std::move(paper));
}

}  // namespace

const std::vector<Entry<InitialParams(const InitialContext&)>>& initializations() {
  const char* const per_node = "whether every node draws its own, instead of all the same";
  static const std::vector<Entry<InitialParams(const InitialContext&)>> entries{
      initialization<Zeros>("zeros", "all zero, which a model with hidden layers cannot leave",
                            [](Zeros, const InitialContext& context) { return InitialParams{context.dimension}; }, {}),
      initialization<Normal>("normal", "independent normal elements",
                             [](const Normal& settings, const InitialContext& context) {
                               return InitialParams{Eigen::VectorXd::Constant(context.dimension, settings.stddev),
                                                    settings.per_node, context.seed};
                             },
                             {{"stddev", &Normal::stddev, at_least(0), "standard deviation of each element"},
                              {"per_node", &Normal::per_node, per_node}}),
      initialization<Scaled>(
          "he", "weights of variance 2/inputs of their layer, biases zero: for relu",
          [](const Scaled& settings, const InitialContext& context) {
            return InitialParams{layer_deviations("he", context, he_variance), settings.per_node, context.seed};
          },
          {{"per_node", &Scaled::per_node, per_node}},
          "He, Zhang, Ren, Sun, \"Delving deep into rectifiers\", ICCV 2015, arXiv:1502.01852"),
      initialization<Scaled>(
          "glorot", "weights of variance 2/(inputs + outputs) of their layer, biases zero: for tanh",
          [](const Scaled& settings, const InitialContext& context) {
            return InitialParams{layer_deviations("glorot", context, glorot_variance), settings.per_node, context.seed};
          },
          {{"per_node", &Scaled::per_node, per_node}},
          "Glorot, Bengio, \"Understanding the difficulty of training deep feedforward neural "
          "networks\", AISTATS 2010"),
      initialization<FromFile>("file", "from an .npy file of shape d, for all nodes, or nodes × d", read_params,
                               {{"path", &FromFile::path, "the file", required}})};
  return entries;
}

}  // namespace gossamer
