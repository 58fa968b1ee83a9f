#include "sim/learning/models/interpolated.hpp"

#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "sim/learning/models/json_arrays.hpp"

namespace gossamer {
namespace {

/// Points that a solver has found satisfy the inequalities of their class up to its tolerance only.
constexpr double tolerated = 1e-4;

double largest_gradient(const InterpolatedTerms& terms) {
  double result = 0;
  for (const FunctionPoints& points : terms.nodes) result = std::max(result, points.g.colwise().norm().maxCoeff());
  return result;
}

void check_points(const FunctionPoints& points, const FunctionClass& among, Index d, const std::string& place) {
  const Index count = points.f.size();
  if (count < 1 || points.x.rows() != d || points.g.rows() != d || points.x.cols() != count || points.g.cols() != count)
    throw LearningError{
        fmt::format("{}: x is {} × {}, g is {} × {} and f has {} elements, expected {} × P, {} × P and P", place,
                    points.x.rows(), points.x.cols(), points.g.rows(), points.g.cols(), count, d, d)};
  for (const auto& [name, finite] :
       {std::pair{"x", points.x.allFinite()}, {"g", points.g.allFinite()}, {"f", points.f.allFinite()}})
    if (!finite) throw LearningError{fmt::format("{}/{} has an element that is not finite", place, name)};
  if (count < 2) return;
  const InterpolationGap gap = largest_gap(points, among);
  if (gap.relative > tolerated)
    throw LearningError{
        fmt::format("{}: no function with mu = {} and L = {} has these points: f of point {} is too small for point {} "
                    "and its gradient",
                    place, among.mu, among.L, gap.p, gap.q)};
}

Eigen::VectorXd mean_gradient(const InterpolatedTerms& terms, const Eigen::VectorXd& x) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(x.size()), g;
  for (const FunctionPoints& points : terms.nodes) {
    Interpolation{points, terms.among}.at(x, g);
    sum += g;
  }
  return sum / static_cast<double>(terms.nodes.size());
}

}  // namespace

void check_interpolated(const InterpolatedTerms& terms, const std::string& source) {
  const auto [mu, L] = terms.among;
  if (!(mu >= 0) || !std::isfinite(mu))
    throw LearningError{fmt::format("{}: /mu is {}, expected at least 0", source, mu)};
  if (!(L > mu) || !std::isfinite(L))
    throw LearningError{fmt::format("{}: /L is {}, expected more than mu, which is {}", source, L, mu)};
  if (terms.nodes.empty())
    throw LearningError{fmt::format("{}: /nodes is empty, expected points of each node", source)};
  const Index d = terms.nodes[0].x.rows();
  if (d < 1)
    throw LearningError{fmt::format("{}: /nodes/0: points have no coordinates, expected at least one", source)};
  for (std::size_t i = 0; i < terms.nodes.size(); ++i)
    check_points(terms.nodes[i], terms.among, d, fmt::format("{}: /nodes/{}", source, i));
  if (!terms.optimum) return;
  if (terms.optimum->size() != d)
    throw LearningError{fmt::format("{}: /optimum has {} elements, expected {}", source, terms.optimum->size(), d)};
  if (!terms.optimum->allFinite())
    throw LearningError{fmt::format("{}: /optimum has an element that is not finite", source)};
  const double slope = mean_gradient(terms, *terms.optimum).norm();
  if (slope > tolerated * largest_gradient(terms))
    throw LearningError{fmt::format(
        "{}: /optimum is no minimum: the mean gradient there has the norm {:.3g}, expected 0", source, slope)};
}

InterpolatedTerms read_interpolated(const std::filesystem::path& file) {
  const JsonArrays arrays{file, {"mu", "L", "optimum", "nodes"}};
  InterpolatedTerms terms{.among = {.mu = arrays.number("/mu"), .L = arrays.number("/L")}, .nodes = {}};
  const std::size_t nodes = arrays.size("/nodes");
  for (std::size_t i = 0; i < nodes; ++i) {
    const std::string place = fmt::format("/nodes/{}", i);
    arrays.check_keys(place, {"x", "g", "f"});
    const std::size_t count = arrays.size(place + "/x");
    const std::size_t d = arrays.size("/nodes/0/x/0");
    terms.nodes.push_back({.x = arrays.matrix(place + "/x", count, d).transpose(),
                           .g = arrays.matrix(place + "/g", count, d).transpose(),
                           .f = arrays.vector(place + "/f", count)});
  }
  if (arrays.has("/optimum"))
    terms.optimum = arrays.vector("/optimum", static_cast<std::size_t>(terms.nodes[0].x.rows()));
  check_interpolated(terms, arrays.file());
  return terms;
}

template <class Scalar>
Interpolated<Scalar>::Interpolated(const InterpolatedTerms& terms) : among_{terms.among}, optimum_{terms.optimum} {
  check_interpolated(terms, "interpolated");
  for (const FunctionPoints& points : terms.nodes) functions_.emplace_back(points, among_);
  Eigen::VectorXd g;
  if (optimum_) least_ = mean_at(*optimum_, g);
}

template <class Scalar>
void Interpolated<Scalar>::gradient(NodeId node, std::uint64_t, const Scalar* x, Scalar* g, Workspace&) const {
  Eigen::VectorXd result;
  functions_[static_cast<std::size_t>(node)].at(point(x), result);
  Eigen::Map<Vector>(g, dimension()) = result.template cast<Scalar>();
}

template <class Scalar>
double Interpolated<Scalar>::loss(NodeId node, const Scalar* x, Workspace&) const {
  Eigen::VectorXd g;
  return functions_[static_cast<std::size_t>(node)].at(point(x), g);
}

template <class Scalar>
std::vector<double> Interpolated<Scalar>::known_minimum() const {
  return optimum_ ? std::vector<double>{optimum_->begin(), optimum_->end()} : std::vector<double>{};
}

template <class Scalar>
Evaluation Interpolated<Scalar>::evaluate(const Scalar* x, const EvaluationScope& scope) const {
  const Eigen::VectorXd at = point(x);
  Eigen::VectorXd g;
  Evaluation result;
  result.train_loss = mean_at(at, g);
  if (scope.gradient) result.gradient_norm = g.norm();
  if (optimum_) {
    result.distance_to_optimum = (at - *optimum_).norm();
    result.suboptimality = result.train_loss - least_;
  }
  return result;
}

template <class Scalar>
std::vector<ModelScore> Interpolated<Scalar>::score(std::span<const Scalar* const> models,
                                                    const ScoreScope& scope) const {
  std::vector<ModelScore> result(models.size());
#pragma omp parallel for num_threads(scope.threads) schedule(dynamic)
  for (std::size_t i = 0; i < models.size(); ++i) {
    Eigen::VectorXd g;
    result[i].train_loss = mean_at(point(models[i]), g);
  }
  return result;
}

template <class Scalar>
Work Interpolated<Scalar>::step_work(NodeId node) const {
  const auto elements = static_cast<double>(functions_[static_cast<std::size_t>(node)].points() * dimension());
  return {.flops = 4 * elements,
          .bytes = static_cast<double>(sizeof(double)) * elements +
                   static_cast<double>(sizeof(Scalar)) * 2 * static_cast<double>(dimension())};
}

template <class Scalar>
std::optional<double> Interpolated<Scalar>::strong_convexity() const {
  return among_.mu > 0 ? std::optional{among_.mu} : std::nullopt;
}

template <class Scalar>
std::optional<double> Interpolated<Scalar>::heterogeneity_at_optimum() const {
  if (!optimum_) return std::nullopt;
  double sum = 0;
  Eigen::VectorXd g;
  for (const Interpolation& function : functions_) {
    function.at(*optimum_, g);
    sum += g.squaredNorm();
  }
  return sum / static_cast<double>(functions_.size());
}

/// f(x); g ← ∇f(x).
template <class Scalar>
double Interpolated<Scalar>::mean_at(const Eigen::VectorXd& x, Eigen::VectorXd& g) const {
  double value = 0;
  g = Eigen::VectorXd::Zero(x.size());
  Eigen::VectorXd own;
  for (const Interpolation& function : functions_) {
    value += function.at(x, own);
    g += own;
  }
  g /= static_cast<double>(functions_.size());
  return value / static_cast<double>(functions_.size());
}

template <class Scalar>
Eigen::VectorXd Interpolated<Scalar>::point(const Scalar* x) const {
  return Eigen::Map<const Vector>(x, dimension()).template cast<double>();
}

namespace {

struct PointsFile {
  std::string path;
};

}  // namespace

template <class Scalar>
ModelEntry<Scalar> interpolated_entry() {
  const auto build = [](const PointsFile& settings,
                        const LearningContext& context) -> std::unique_ptr<Problem<Scalar>> {
    const std::filesystem::path path = context.resolve(settings.path);
    const InterpolatedTerms terms = read_interpolated(path);
    if (terms.nodes.size() != static_cast<std::size_t>(context.nodes))
      throw LearningError{fmt::format("{}: /nodes: points of {} nodes, expected those of {}", path.string(),
                                      terms.nodes.size(), context.nodes)};
    return std::make_unique<Interpolated<Scalar>>(terms);
  };
  return {entry<std::unique_ptr<Problem<Scalar>>(const LearningContext&)>(
      "interpolated", "a convex function per node through points in a JSON file, such as a worst case", build,
      std::vector<Field<PointsFile>>{
          {"path", &PointsFile::path, "file with mu, L, optimum (d), and x, g (P × d) and f (P) of nodes", required}},
      "Taylor, Hendrickx, Glineur, \"Smooth strongly convex interpolation and exact worst-case performance of "
      "first-order "
      "methods\", Mathematical Programming 161, 2017, arXiv:1502.05666")};
}

template ModelEntry<float> interpolated_entry();
template ModelEntry<double> interpolated_entry();

template class Interpolated<float>;
template class Interpolated<double>;

}  // namespace gossamer
