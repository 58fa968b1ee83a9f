#include "algorithms/parts/aggregation.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/parts/trimmed_mean.hpp"
#include "algorithms/server/fed_avg.hpp"
#include "sim/numerics/objective.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Rules by which a server combines models.
namespace gossamer::aggregation_test {
namespace {

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;

/// The trimmed mean of the rows.
RowVectorXd trimmed(const MatrixXd& rows, std::size_t k) {
  const MatrixXd columns = rows.transpose();
  std::vector<const double*> arguments;
  for (Index i = 0; i < rows.rows(); ++i) arguments.push_back(columns.col(i).data());
  RowVectorXd result(rows.cols());
  Workspace workspace;
  TrimmedMeanFunction{k}.apply(std::span<const double* const>{arguments}, {0, rows.cols()}, result.data(), workspace);
  return result;
}

TEST_CASE("A trimmed mean leaves out the extremes of each coordinate; most trimmed, it is the median") {
  MatrixXd x(5, 2);
  x << 1, 50, 2, 40, 3, 30, 4, -1000, 1000, 10;
  CHECK(trimmed(x, 0).isApprox(x.colwise().mean()));
  CHECK(trimmed(x, 1) == RowVectorXd{Eigen::RowVector2d{(2 + 3 + 4) / 3.0, (10 + 30 + 40) / 3.0}});
  CHECK(trimmed(x, 2) == RowVectorXd{Eigen::RowVector2d{3, 30}});
  CHECK(trimmed(x.topRows(4), 1) == RowVectorXd{Eigen::RowVector2d{2.5, 35}});  // the mean of the two in the middle
}

constexpr NodeId n = 5;  // clients
constexpr Index d = 3;

/// The server's model after so many rounds of a step each from 1.5; client i has i + 1 samples.
RowVectorXd server_model(const AggregationChoice& rule, int rounds) {
  const auto f = testing::with_server(testing::heterogeneous_quadratics(n, d));
  const Mixing w = testing::star(n + 1);
  Cluster cluster{{.mixing = w,
                   .objective = f,
                   .initial = MatrixXd::Constant(d, n + 1, 1.5),
                   .servers = 1,
                   .samples = [](NodeId i) { return LocalSamples{.count = static_cast<std::uint64_t>(i + 1)}; }}};
  cluster.run([=](Node& node) { return fed_avg(node, {.step_size = 0.3, .local_steps = 1, .aggregation = rule}); },
              {.node_steps = static_cast<std::uint64_t>(rounds)});
  return cluster.models().col(n).transpose();
}

/// The same by a function of the clients' models in rows.
template <class Rule>
RowVectorXd by_rule(int rounds, const Rule& rule) {
  const testing::Quadratics f = testing::heterogeneous_quadratics(n, d);
  RowVectorXd x = RowVectorXd::Constant(d, 1.5);
  for (int r = 0; r < rounds; ++r) {
    const MatrixXd start = x.replicate(n, 1);
    x = rule(x, MatrixXd{start - 0.3 * f.gradients(start)});
  }
  return x;
}

/// The values of each column from the k-th smallest on, n − 2 k of them, averaged.
RowVectorXd sorted_middle(MatrixXd w, Index k) {
  for (Index c = 0; c < w.cols(); ++c) std::sort(w.col(c).data(), w.col(c).data() + w.rows());
  return w.middleRows(k, w.rows() - 2 * k).colwise().mean();
}

TEST_CASE("Federated averaging combines models by each rule") {
  const auto check = [](const AggregationChoice& rule, const auto& expected) {
    for (const int rounds : {1, 2, 25})
      CHECK((server_model(rule, rounds) - by_rule(rounds, expected)).cwiseAbs().maxCoeff() < 1e-12);
  };
  check(PlainMean{}, [](const RowVectorXd&, const MatrixXd& w) { return RowVectorXd{w.colwise().mean()}; });
  check(WeightedMean{},
        [](const RowVectorXd&, const MatrixXd& w) { return RowVectorXd{RowVectorXd::LinSpaced(n, 1, n) * w / 15}; });
  check(TrimmedMean{0.2}, [](const RowVectorXd&, const MatrixXd& w) { return sorted_middle(w, 1); });
  check(TrimmedMean{0.39}, [](const RowVectorXd&, const MatrixXd& w) { return sorted_middle(w, 1); });  // ⌊1.95⌋
  check(CoordinateMedian{}, [](const RowVectorXd&, const MatrixXd& w) { return sorted_middle(w, 2); });
  check(RadialDirectional{}, [](const RowVectorXd& x, const MatrixXd& w) {
    double radius = 0;
    RowVectorXd direction = RowVectorXd::Zero(d);
    for (NodeId i = 0; i < n; ++i) {
      const RowVectorXd way = x - w.row(i);
      radius += (i + 1) * way.norm() / 15;
      direction += (i + 1) * way.normalized();
    }
    return RowVectorXd{x - radius * direction.normalized()};
  });
}

TEST_CASE("A trimmed mean that trims nothing is the mean, and one that trims most is the median, bit by bit") {
  CHECK(server_model(TrimmedMean{0}, 25) == server_model(PlainMean{}, 25));
  CHECK(server_model(TrimmedMean{0.19}, 25) == server_model(PlainMean{}, 25));  // ⌊0.95⌋
  CHECK(server_model(TrimmedMean{0.49}, 25) == server_model(CoordinateMedian{}, 25));
}

TEST_CASE("A median stays with the majority if one client is far off") {
  // Clients 0 to 3 have the minimum 1, client 4 has 10⁶.
  MatrixXd a = MatrixXd::Ones(1, n + 1), b = MatrixXd::Ones(1, n + 1);
  b(0, n - 1) = 1e6;
  const testing::DiagonalQuadratics f{a, b};
  const Mixing w = testing::star(n + 1);
  const auto result = [&](const AggregationChoice& rule) {
    Cluster cluster{{.mixing = w, .objective = f, .servers = 1}};
    cluster.run([=](Node& node) { return fed_avg(node, {.step_size = 0.5, .local_steps = 1, .aggregation = rule}); },
                {.node_steps = 100});
    return cluster.models()(0, n);
  };
  CHECK(result(CoordinateMedian{}) == doctest::Approx(1).epsilon(1e-12));
  CHECK(result(TrimmedMean{0.2}) == doctest::Approx(1).epsilon(1e-12));
  CHECK(result(PlainMean{}) == doctest::Approx((4 + 1e6) / 5).epsilon(1e-12));
}

}  // namespace
}  // namespace gossamer::aggregation_test
