#include "algorithms/server/decoupled_diloco.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/error.hpp"
#include "algorithms/parts/radial_directional_mean.hpp"
#include "algorithms/periodic/diloco.hpp"
#include "algorithms/schedules/schedules.hpp"
#include "sim/numerics/objective.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"
#include "tests/outer_golden.hpp"

namespace gossamer::decoupled_diloco_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using testing::Cluster;
namespace golden = testing::outer_golden;

/// The two rules of the reference.
enum class Merge { mean, radial_directional };
AggregationChoice rule_of(Merge merge) {
  return merge == Merge::mean ? AggregationChoice{WeightedMean{}} : AggregationChoice{RadialDirectional{}};
}

constexpr OuterStep nesterov{.step_size = 0.7, .momentum = 0.9, .nesterov = true};

/// The golden run: learners make 2, 1, 3 and 2 steps in a round, and these answer in time. Round r ends half a second
/// after 100 r, when its learners answer. They are at a further step then, which takes a second and whose step size is
/// too small to change a model. The others end their last step when the server's model has come.
class GoldenRounds {
 public:
  static constexpr std::array<int, golden::nodes> local_steps{2, 1, 3, 2};

  GoldenRounds() {
    const std::vector<std::vector<NodeId>> quorums{{0, 1, 2}, {0, 2}, {0, 1, 2, 3}, {2, 3}, {0, 1, 2}, {1, 3}};
    for (NodeId i = 0; i < golden::nodes; ++i) {
      const auto learner = static_cast<std::size_t>(i);
      double now = 0;
      for (std::size_t r = 0; r < quorums.size(); ++r) {
        const bool answers = std::find(quorums[r].begin(), quorums[r].end(), i) != quorums[r].end();
        const double end = 100.0 * static_cast<double>(r + 1) + (answers ? 0 : 0.75);
        for (int k = 0; k < local_steps[learner]; ++k)
          add(learner, (end - now) / local_steps[learner], golden::step_size);
        if (answers) add(learner, 1, 1e-300);
        now = end + (answers ? 1 : 0);
      }
      add(learner, 1000, golden::step_size);
    }
  }

  Seconds step_time(NodeId i, std::uint64_t k) const {
    return i < golden::nodes ? Seconds{times_[static_cast<std::size_t>(i)].at(k)} : Seconds{1};
  }
  StepSize step_sizes(NodeId i) const {
    return i < golden::nodes ? step_size_by(StepSizeList{.values = sizes_[static_cast<std::size_t>(i)], .every = 1})
                             : StepSize{golden::step_size};
  }

 private:
  void add(std::size_t learner, double time, double size) {
    times_[learner].push_back(time);
    sizes_[learner].push_back(size);
  }

  std::array<std::vector<double>, golden::nodes> times_;
  std::array<std::vector<double>, golden::nodes> sizes_;
};

TEST_CASE("Decoupled DiLoCo gives its golden models of the server, with both kinds of means") {
  const auto f = testing::with_server(golden::objective());
  const Mixing w = testing::star(golden::nodes + 1);
  MatrixXd start(2, golden::nodes + 1);
  start.colwise() = Eigen::Vector2d{2, -1};
  const GoldenRounds rounds;
  for (const Merge merge : {Merge::mean, Merge::radial_directional}) {
    for (const auto& [number, models] : golden::table(merge == Merge::mean ? "G16a" : "G16b")) {
      const std::uint64_t round = number;  // clang captures no bindings
      CAPTURE(round);
      Cluster cluster{{.mixing = w,
                       .objective = f,
                       .step_time = [&rounds](NodeId i, std::uint64_t k) { return rounds.step_time(i, k); },
                       .initial = start,
                       .servers = 1}};
      cluster.run(
          [&](Node& node) {
            const auto learner = static_cast<std::size_t>(node.id());
            return decoupled_diloco(node, {.step_size = rounds.step_sizes(node.id()),
                                           .fragments = 1,
                                           .local_steps = node.is_server() ? 1 : GoldenRounds::local_steps.at(learner),
                                           .quorum = 2,
                                           .grace = 500ms,
                                           .mixing = 0.5,
                                           .outer = nesterov,
                                           .aggregation = rule_of(merge),
                                           .tokens = std::vector<double>{8, 16, 8, 4}});
          },
          {.virtual_time = Seconds{100.0 * static_cast<double>(round) + 0.6}});
      CHECK((cluster.models().col(golden::nodes).transpose() - models.row(0)).cwiseAbs().maxCoeff() < 1e-12);
    }
  }
}

constexpr NodeId n = 5;  // learners
constexpr Index d = 4;
constexpr double eta = 0.2;

/// The server's model after so many rounds, if all learners make a step in 10 ms and messages take no time.
RowVectorXd server_model(const DecoupledDiLoCo& settings, const testing::Quadratics& f, int rounds, int steps_per_round,
                         int steps_of_first) {
  const auto all = testing::with_server(f);
  const Mixing w = testing::star(n + 1);
  Cluster cluster{{.mixing = w, .objective = all, .initial = MatrixXd::Constant(d, n + 1, 1.5), .servers = 1}};
  const double steps = steps_of_first + (rounds - 1) * steps_per_round + 0.5;
  cluster.run([=](Node& node) { return decoupled_diloco(node, settings); }, {.virtual_time = steps * Seconds{10ms}});
  return cluster.models().col(n).transpose();
}

TEST_CASE("With all learners, one fragment, the mean, and no mixing it is DiLoCo, but for a step in each round") {
  // A learner is at its step H + 1 when the server's model comes, and drops that step.
  const auto f = testing::heterogeneous_quadratics(n, d);
  const Mixing ring = testing::ring(n);
  const testing::SynchronousRun run{.mixing = ring, .objective = f, .start = MatrixXd::Constant(n, d, 1.5)};
  for (const int h : {1, 3}) {
    const DecoupledDiLoCo decoupled{.step_size = eta,
                                    .fragments = 1,
                                    .local_steps = h,
                                    .quorum = n,
                                    .mixing = 0,
                                    .outer = nesterov,
                                    .aggregation = WeightedMean{}};
    const DiLoCo whole{.step_size = eta, .averaging_period = h, .outer = nesterov};
    const MatrixXd x = run.models([=](Node& node) { return diloco(node, whole); }, static_cast<std::uint64_t>(25 * h));
    CHECK((server_model(decoupled, f, 25, h + 1, h) - x.row(0)).cwiseAbs().maxCoeff() < 1e-12);
  }
}

/// The merge of a round, of the coordinates of one fragment: D_m in rows, with weights.
RowVectorXd merged(Merge merge, const MatrixXd& way, const Eigen::VectorXd& weights) {
  const double all = weights.sum();
  if (merge == Merge::mean) return weights.transpose() * way / all;
  RowVectorXd direction = RowVectorXd::Zero(way.cols());
  double radius = 0;
  for (Index i = 0; i < way.rows(); ++i) {
    radius += weights(i) * way.row(i).norm() / all;
    direction += weights(i) * way.row(i).normalized();
  }
  return radius * direction.normalized();
}

TEST_CASE("Decoupled DiLoCo follows its rule in matrices, if all learners take a step at a time") {
  // Every round takes a step. The server's model of a round is merged after the next step, with which the next round's
  // fragment is sent.
  const auto f = testing::heterogeneous_quadratics(n, d);
  const std::vector<double> tokens{1, 2, 3, 2, 1};
  const Eigen::VectorXd weights = Eigen::Map<const Eigen::VectorXd>(tokens.data(), n).array().square();
  for (const Merge merge : {Merge::mean, Merge::radial_directional}) {
    for (const int fragments : {2, 4}) {
      const DecoupledDiLoCo settings{.step_size = eta,
                                     .fragments = fragments,
                                     .quorum = n,
                                     .grace = 1ms,
                                     .mixing = 0.3,
                                     .outer = OuterStep{.step_size = 0.5, .momentum = 0.4, .nesterov = true},
                                     .aggregation = rule_of(merge),
                                     .tokens = tokens,
                                     .optimizer = Sgd::Settings{.momentum = 0.2}};
      const Index width = d / fragments;
      testing::LocalRuns local{f, eta, 0.2};
      MatrixXd x = MatrixXd::Constant(n, d, 1.5);
      RowVectorXd theta = x.row(0), m = 0 * theta;
      for (int round = 1; round <= 25; ++round) {
        x = local(x, 1);
        if (round > 1) {
          const Index last = (round - 2) % fragments * width;
          x.middleCols(last, width) =
              0.3 * x.middleCols(last, width) + 0.7 * theta.middleCols(last, width).replicate(n, 1);
        }
        const Index p = (round - 1) % fragments * width;
        const MatrixXd way = theta.middleCols(p, width).replicate(n, 1) - x.middleCols(p, width);
        const RowVectorXd along = merged(merge, way, weights);
        m.middleCols(p, width) = 0.4 * m.middleCols(p, width) + along;
        theta.middleCols(p, width) -= 0.5 * (along + 0.4 * m.middleCols(p, width));
        if (round != 1 && round != 2 && round != 25) continue;
        CAPTURE(round);
        CHECK((server_model(settings, f, round, 1, 1) - theta).cwiseAbs().maxCoeff() < 1e-12);
      }
    }
  }
}

/// The radial-directional mean of the rows.
RowVectorXd radial_mean(const MatrixXd& rows, std::vector<double> weights, std::vector<CoordinateRange> ranges = {}) {
  const MatrixXd columns = rows.transpose();
  std::vector<const double*> arguments;
  for (Index i = 0; i < rows.rows(); ++i) arguments.push_back(columns.col(i).data());
  RowVectorXd result(rows.cols());
  Workspace workspace;
  RadialDirectionalMean{std::move(weights), std::move(ranges)}.apply(std::span<const double* const>{arguments},
                                                                     {0, rows.cols()}, result.data(), workspace);
  return result;
}

TEST_CASE("A radial-directional mean of vectors of one norm has this norm; that of one vector is the vector") {
  const MatrixXd x = testing::normal_matrix(4, 6, 3).rowwise().normalized() * 2.5;
  CHECK(radial_mean(x, {1, 1, 1, 1}).norm() == doctest::Approx(2.5).epsilon(1e-14));
  CHECK(radial_mean(x, {1, 5, 2, 3}).norm() == doctest::Approx(2.5).epsilon(1e-14));
  CHECK((radial_mean(x.row(2), {7}) - x.row(2)).norm() < 1e-14);
  CHECK((radial_mean(x.row(2).replicate(3, 1), {1, 2, 3}) - x.row(2)).norm() < 1e-14);
  const MatrixXd orthogonal = 3 * MatrixXd::Identity(4, 4);  // whose mean has the norm 3/2
  CHECK((radial_mean(orthogonal, {1, 1, 1, 1}) - RowVectorXd::Constant(4, 1.5)).norm() < 1e-14);
}

TEST_CASE("If no direction is left, or no vector has one, a radial-directional mean is the mean") {
  const MatrixXd x = testing::normal_matrix(1, 6, 3);
  MatrixXd opposite(2, 6);
  opposite << x, -3 * x;
  CHECK((radial_mean(opposite, {1, 1}) + x).norm() < 1e-14);
  CHECK(radial_mean(MatrixXd::Zero(2, 6), {1, 1}).isZero());
}

TEST_CASE("A radial-directional mean of several tensors is that of each, and zero elsewhere") {
  const MatrixXd x = testing::normal_matrix(3, 6, 3);
  const RowVectorXd mean = radial_mean(x, {1, 2, 3}, {{0, 2}, {3, 6}});
  CHECK((mean.head(2) - radial_mean(x.leftCols(2), {1, 2, 3})).norm() < 1e-14);
  CHECK(mean(2) == 0);
  CHECK((mean.tail(3) - radial_mean(x.rightCols(3), {1, 2, 3})).norm() < 1e-14);
}

TEST_CASE("Norms are of the weights and the biases of each layer, or of the whole fragment") {
  // One layer of 3 + 1 parameters, two learners, one step from zero: D_m = −η b_m.
  const MatrixXd b = testing::normal_matrix(2, 4, 3);
  const testing::Quadratics f = testing::with_server({std::vector<MatrixXd>(2, MatrixXd::Identity(4, 4)), b});
  const Mixing w = testing::star(3);
  const auto after_one_round = [&](RadialDirectional::Radius radius) {
    Cluster cluster{{.mixing = w, .objective = f, .servers = 1, .layers = {Layer{.inputs = 3, .outputs = 1}}}};
    cluster.run(
        [&](Node& node) {
          return decoupled_diloco(node, {.step_size = eta,
                                         .fragments = 1,
                                         .cut = Fragments::Cut::sequential,
                                         .quorum = 2,
                                         .outer = OuterStep{.step_size = 1},
                                         .aggregation = RadialDirectional{radius}});
        },
        {.virtual_time = 15ms});
    return RowVectorXd{cluster.models().col(2).transpose()};
  };
  const std::vector<double> equal{1, 1};
  CHECK((after_one_round(RadialDirectional::Radius::tensor) - eta * radial_mean(b, equal, {{0, 3}, {3, 4}})).norm() <
        1e-14);
  CHECK((after_one_round(RadialDirectional::Radius::whole) - eta * radial_mean(b, equal)).norm() < 1e-14);
}

/// f_m(x) = x²/2 − b_m x; the last column is the server's.
testing::DiagonalQuadratics shifted(std::vector<double> b) {
  b.push_back(0);
  const auto all = static_cast<Index>(b.size());
  return {MatrixXd::Ones(1, all), Eigen::Map<const RowVectorXd>(b.data(), all)};
}

/// The server's model at a time. Learners start from zero; the server takes the mean as its model.
double server_at(Seconds time, const std::vector<double>& step_times, Seconds message_time, int quorum, Seconds grace,
                 bool full_window = false) {
  const auto f = shifted({1, 2, 4});
  const Mixing w = testing::star(4);
  Cluster cluster{
      {.mixing = w,
       .objective = f,
       .step_time = [&](NodeId i, std::uint64_t) { return Seconds{step_times[static_cast<std::size_t>(i)]}; },
       .message_time = message_time,
       .servers = 1}};
  cluster.run(
      [=](Node& node) {
        return decoupled_diloco(node, {.step_size = eta,
                                       .fragments = 1,
                                       .quorum = quorum,
                                       .grace = grace,
                                       .full_window = full_window,
                                       .outer = OuterStep{.step_size = 1},
                                       .aggregation = WeightedMean{}});
      },
      {.virtual_time = time});
  return cluster.models()(0, 3);
}

TEST_CASE("A round ends a window after the K-th answer, or when all have answered; later answers are dropped") {
  const std::vector<double> times{1, 1.2, 1.6, 1};
  const double first = eta * 1, two = eta * (1 + 2) / 2, all = eta * (1 + 2 + 4) / 3;
  const auto close_to = [](double x) { return doctest::Approx(x).epsilon(1e-14); };
  // Without a window.
  CHECK(server_at(0.99s, times, 0s, 1, 0s) == 0);
  CHECK(server_at(1.01s, times, 0s, 1, 0s) == close_to(first));
  CHECK(server_at(1.19s, times, 0s, 2, 0s) == 0);
  CHECK(server_at(1.21s, times, 0s, 2, 0s) == close_to(two));
  // The window opens with the K-th answer.
  CHECK(server_at(1.29s, times, 0s, 1, 300ms) == 0);
  CHECK(server_at(1.31s, times, 0s, 1, 300ms) == close_to(two));
  CHECK(server_at(1.49s, times, 0s, 2, 300ms) == 0);
  CHECK(server_at(1.51s, times, 0s, 2, 300ms) == close_to(two));
  // All have answered before its end.
  CHECK(server_at(1.61s, times, 0s, 2, 600ms) == close_to(all));
  CHECK(server_at(1.79s, times, 0s, 2, 600ms, true) == 0);
  CHECK(server_at(1.81s, times, 0s, 2, 600ms, true) == close_to(all));
  // More learners than there are mean all of them.
  CHECK(server_at(1.61s, times, 0s, 9, 0s) == close_to(all));
  // Learner 1 answers the first round at 1.15 s, before the server's model of 1.1 s comes: too late.
  CHECK(server_at(1.09s, {1, 1.15, 1.6, 1}, 100ms, 1, 0s) == 0);
  CHECK(server_at(1.31s, {1, 1.15, 1.6, 1}, 100ms, 1, 0s) == close_to(first));
}

TEST_CASE("Tokens are one number for each learner") {
  const auto f = shifted({1, 2});
  const Mixing w = testing::star(3);
  Cluster cluster{{.mixing = w, .objective = f, .servers = 1}};
  CHECK_THROWS_WITH_AS(cluster.run(
                           [](Node& node) {
                             return decoupled_diloco(node, {.tokens = std::vector<double>{1, 2, 3}});
                           },
                           {}),
                       "decoupled_diloco: tokens are given for 3 of 2 learners", AlgorithmError);
}

TEST_CASE("With exponential step times rounds last and gather as order statistics say, and no learner waits") {
  constexpr NodeId workers = 8;
  constexpr int k = 4;
  constexpr double horizon = 6000;
  const Mixing w = testing::star(workers + 1);
  const testing::StepsBy law{[](NodeId i, std::uint64_t step) {
    Draws draws{17, Purpose::step_time, i, step};
    return Seconds{standard_exponential(draws)};
  }};
  for (const double window : {0.0, 0.25, 1.0}) {
    CAPTURE(window);
    AlphaBetaNetwork network{{.latency = 0s, .bandwidth = 1e12}};
    Simulation simulation{{.mixing = w, .step_times = law, .network = network, .payload = 0, .servers = 1}};
    // With many fragments a learner has always made a step since it received the next one.
    simulation.run(
        [=](Node& node) { return decoupled_diloco(node, {.fragments = 200, .quorum = k, .grace = Seconds{window}}); },
        {.virtual_time = Seconds{horizon}});
    const NodeCounters server = simulation.counters(workers);
    const double rounds = static_cast<double>(server.sent_messages) / workers;
    const double p = 1 - std::exp(-window);
    double mean = 0, variance = 0;
    for (int j = workers - k + 1; j <= workers; ++j) {
      mean += 1.0 / j;
      variance += 1.0 / (j * j);
    }
    for (int j = 1; j <= workers - k; ++j) mean += std::pow(p, j) / j;
    if (window == 0.25) CHECK(mean == doctest::Approx(0.8843937797).epsilon(1e-9));
    variance += window * window / 4;  // at most that of the window, which has been cut
    CHECK(std::abs(horizon / rounds - mean) < 4 * std::sqrt(variance / rounds));
    const double contributors = k + (workers - k) * p;
    if (window == 0.25) CHECK(contributors == doctest::Approx(4.8847968677).epsilon(1e-9));
    CHECK(std::abs(static_cast<double>(server.received_messages) / rounds - contributors) <=
          4 * std::sqrt((workers - k) * p * (1 - p) / rounds) + k / rounds);  // the last round is not complete
    for (NodeId i = 0; i < workers; ++i)
      CHECK(simulation.counters(i).computing.count() == doctest::Approx(horizon).epsilon(1e-9));
  }
}

}  // namespace
}  // namespace gossamer::decoupled_diloco_test
