#include <cmath>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "algorithms/periodic/local_sgd.hpp"
#include "algorithms/server/async_easgd.hpp"
#include "algorithms/server/fed_avg.hpp"
#include "algorithms/server/saga.hpp"
#include "algorithms/server/scaffold.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/matrix_form.hpp"

// Federated methods and methods with remembered gradients: fixed points, radii and exact rates.
namespace gossamer::federated_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::Cluster;
using testing::DiagonalQuadratics;

/// Q1: f_i(x) = A_i (x − θ_i)²/2 with A = (1, 4), θ = (0, 1), whose minimum is 0.8; the last column is the server's.
DiagonalQuadratics q1() {
  Eigen::RowVectorXd a(3), b(3);
  a << 1, 4, 0;
  b << 0, 4, 0;
  return {a, b};
}

/// The server's model after so many rounds of K steps.
double after(const Program& program, int rounds, int steps, double start) {
  const Mixing w = testing::star(3);
  const auto f = q1();
  Cluster cluster{{.mixing = w, .objective = f, .initial = Eigen::RowVectorXd::Constant(3, start), .servers = 1}};
  const auto total = static_cast<std::uint64_t>(rounds) * static_cast<std::uint64_t>(steps);
  cluster.run(program, {.node_steps = total});
  return cluster.models()(0, 2);
}

TEST_CASE("Federated averaging stops where local gradient descent does, and contracts as fast") {
  // x_H = Σ Q_i θ_i / Σ Q_i with Q_i = 1 − (1 − η A_i)^H, and the factor is the mean of (1 − η A_i)^H.
  for (const int h : {1, 2, 4, 8, 16}) {
    CAPTURE(h);
    const double m0 = std::pow(0.9, h), m1 = std::pow(0.6, h);
    const double fixed = (1 - m1) / (2 - m0 - m1), factor = (m0 + m1) / 2;
    const auto program = [h](Node& node) { return fed_avg(node, {.step_size = 0.1, .local_steps = h}); };
    CHECK(after(program, 400, h, 5) == doctest::Approx(fixed).epsilon(1e-12));
    const double one = after(program, 1, h, fixed + 1) - fixed;
    CHECK(one == doctest::Approx(factor).epsilon(1e-12));
  }
}

TEST_CASE("Federated averaging of all clients is local SGD, and FedProx without its term is federated averaging") {
  constexpr NodeId n = 6;
  constexpr Index d = 4;
  const auto heterogeneous = testing::heterogeneous_quadratics(n, d);
  std::vector<MatrixXd> a;
  MatrixXd b = MatrixXd::Zero(n + 1, d);
  for (Index i = 0; i < n; ++i) a.push_back(heterogeneous.a(i));
  a.push_back(MatrixXd::Zero(d, d));
  b.topRows(n) = heterogeneous.b();
  const testing::Quadratics with_server{a, b};
  const MatrixXd start = MatrixXd::Constant(d, n + 1, 0.5);
  const Mixing star = testing::star(n + 1), ring = testing::ring(n);
  const auto federated = [&](FedAvg settings) {
    Cluster cluster{{.mixing = star, .objective = with_server, .initial = start, .servers = 1}};
    cluster.run([=](Node& node) { return fed_avg(node, settings); }, {.node_steps = 25 * 4});
    return VectorXd{cluster.models().col(n)};
  };
  Cluster local{{.mixing = ring, .objective = heterogeneous, .initial = start.leftCols(n)}};
  local.run([](Node& node) { return local_sgd(node, {.step_size = 0.3, .averaging_period = 4}); },
            {.node_steps = 25 * 4});
  const VectorXd x = federated({.step_size = 0.3, .local_steps = 4});
  CHECK((x - local.models().col(0)).norm() < 1e-12 * x.norm());
  CHECK(federated({.step_size = 0.3, .local_steps = 4, .proximal = 0}) == x);
  CHECK((federated({.step_size = 0.3, .local_steps = 4, .proximal = 0.5}) - x).norm() > 1e-3);
}

TEST_CASE("FedProx contracts by the closed form of a proximal client, and stops at its fixed point") {
  // A local step is w ← w − η (A_i (w − θ_i) + μ (w − x)): affine in (w, x).
  constexpr double eta = 0.1, mu = 0.7;
  constexpr int h = 5;
  double slope = 0, offset = 0;  // of the round x ↦ mean w
  for (const auto& [curvature, minimum] : {std::pair{1.0, 0.0}, std::pair{4.0, 1.0}}) {
    double of_x = 1, constant = 0;  // w = of_x · x + constant
    for (int k = 0; k < h; ++k) {
      of_x = of_x - eta * (curvature * of_x + mu * (of_x - 1));
      constant = constant - eta * (curvature * (constant - minimum) + mu * constant);
    }
    slope += of_x / 2;
    offset += constant / 2;
  }
  const double fixed = offset / (1 - slope);
  const auto program = [](Node& node) { return fed_avg(node, {.step_size = eta, .local_steps = h, .proximal = mu}); };
  CHECK(after(program, 300, h, 5) == doctest::Approx(fixed).epsilon(1e-12));
  CHECK(after(program, 1, h, fixed + 1) - fixed == doctest::Approx(slope).epsilon(1e-12));
}

TEST_CASE("A few clients in a round are the same for the same seed, and others in another round") {
  constexpr NodeId n = 10;
  const Mixing w = testing::star(n + 1);
  const auto f = testing::flat(n + 1);
  Cluster cluster{{.mixing = w, .objective = f, .servers = 1}};
  const End end =
      cluster.run([](Node& node) { return fed_avg(node, {.local_steps = 2, .sampler = UniformClients{0.3}}); },
                  {.virtual_time = 20 * 20ms + 1ms});
  std::uint64_t steps = 0, most = 0;
  for (NodeId i = 0; i < n; ++i) {
    steps += cluster.counters(i).node_steps;
    most = std::max(most, cluster.counters(i).node_steps);
  }
  CHECK(end.reason == End::Reason::virtual_time);
  CHECK(steps == 20 * 3 * 2);  // three clients in each of 20 rounds of two steps
  CHECK(most < 20 * 2);        // not always the same ones
}

TEST_CASE("A client returns what it has when its time is over") {
  const Mixing w = testing::star(3);
  const auto f = q1();
  Cluster cluster{{.mixing = w,
                   .objective = f,
                   .step_time = [](NodeId i, std::uint64_t) { return Seconds{i == 0 ? 1.0 : 3.0}; },
                   .servers = 1}};
  cluster.run([](Node& node) { return fed_avg(node, {.step_size = 0.1, .local_steps = 4, .time_limit = 3.5s}); },
              {.virtual_time = 6.5s});
  // Worker 0 makes four steps in 4 s, worker 1 two steps in 6 s.
  double w0 = 0, w1 = 0;
  for (int k = 0; k < 4; ++k) w0 -= 0.1 * w0;
  for (int k = 0; k < 2; ++k) w1 -= 0.1 * (4 * w1 - 4);
  CHECK(cluster.models()(0, 2) == doctest::Approx((w0 + w1) / 2).epsilon(1e-14));
  CHECK(cluster.counters(1).node_steps == 2);
}

TEST_CASE("Scaffold reaches the minimum itself, with the spectral radius of its affine round") {
  // (η, K): radius of option I, of option II.
  struct Row {
    double eta;
    int k;
    double gradient, path;
  };
  for (const Row& row : {Row{.1, 2, .5436100356, .5448025290}, Row{.1, 4, .3077742679, .3983453276},
                         Row{.1, 8, .4927462557, .3892584927}, Row{.05, 8, .3104705405, .4152997669},
                         Row{.2, 8, .6608111379, .6340627800}}) {
    CAPTURE(row.eta);
    CAPTURE(row.k);
    for (const auto option : {Scaffold::Option::gradient, Scaffold::Option::path}) {
      const auto program = [=](Node& node) {
        return scaffold(node, {.step_size = row.eta, .local_steps = row.k, .option = option});
      };
      // Option I has one more node-step in each round: the gradient over all samples.
      const int steps = row.k + (option == Scaffold::Option::gradient ? 1 : 0);
      CHECK(after(program, 150, steps, 5) == doctest::Approx(0.8).epsilon(1e-12));
      const double expected = option == Scaffold::Option::gradient ? row.gradient : row.path;
      const double error1 = std::abs(after(program, 20, steps, 5) - 0.8);
      const double error2 = std::abs(after(program, 40, steps, 5) - 0.8);
      if (error2 > 1e-13) CHECK(std::pow(error2 / error1, 1 / 20.0) == doctest::Approx(expected).epsilon(0.15));
    }
  }
}

TEST_CASE("An elastic exchange keeps the sum of all models and the center") {
  constexpr NodeId n = 5;
  const Mixing w = testing::star(n + 1);
  const auto f = testing::flat(n + 1, 3);
  const MatrixXd start = testing::normal_matrix(3, n + 1, 5);
  Cluster cluster{{.mixing = w, .objective = f, .message_time = 2ms, .initial = start, .servers = 1}};
  cluster.run([](Node& node) { return async_easgd(node, {.period = 2, .elasticity = 0.3}); }, {.node_steps = 20});
  CHECK((cluster.models().rowwise().sum() - start.rowwise().sum()).norm() < 1e-12);
  CHECK((cluster.models().colwise() - start.rowwise().mean()).norm() <
        0.2 * (start.colwise() - start.rowwise().mean()).norm());
}

/// Q2: N = 4 samples f_j(x) = A_j (x − θ_j)²/2 with A = (1, 2, 3, 4), θ = (0, 1, −1, 2) and minimum 0.7, on m workers.
class Samples final : public Objective<double> {
 public:
  explicit Samples(int workers) : each_{4 / workers} {}
  Index dimension() const override { return 1; }
  void gradient(NodeId node, std::uint64_t step, const double* x, double* g, Workspace&) const override {
    const double theta[] = {0, 1, -1, 2};
    const auto j = static_cast<std::uint64_t>(node * each_) + (step - GradientAddress::first_sample);
    g[0] = (static_cast<double>(j) + 1) * (x[0] - theta[j]);
  }
  std::function<LocalSamples(NodeId)> samples(NodeId workers) const {
    const auto each = static_cast<std::uint64_t>(each_);
    return [each, workers](NodeId i) {
      return i < workers ? LocalSamples{.count = each, .steps = static_cast<double>(each)} : LocalSamples{.count = 4};
    };
  }

 private:
  int each_;
};

/// E (x_k − x*)² after so many server steps, over many seeds, with its standard error. Exponential step times of one law
/// make the next worker uniform.
struct Mean {
  double value = 0;
  double error = 0;
};
/// Ends a run after so many pushes and answers.
class StopAfter final : public Observer {
 public:
  explicit StopAfter(int updates) : messages_{2 * static_cast<std::uint64_t>(updates)} {}
  std::optional<std::string> observe(const Snapshot& snapshot) override {
    if (snapshot.total.sent_messages < messages_) return std::nullopt;
    return "enough";
  }
  Next next() const override { return {.at_changes = true}; }

 private:
  std::uint64_t messages_;
};

Mean mean_square(Task (*program)(Node&, Saga), NodeId workers, int updates) {
  constexpr int runs = 4000;
  const Samples f{workers};
  const Mixing w = testing::star(workers + 1);
  double sum = 0, squares = 0;
  for (int run = 0; run < runs; ++run) {
    const auto seed = static_cast<std::uint64_t>(run + 1);
    Cluster cluster{{.mixing = w,
                     .objective = f,
                     .step_time =
                         [seed](NodeId i, std::uint64_t k) {
                           Draws draws{seed, Purpose::step_time, i, k};
                           return Seconds{standard_exponential(draws)};
                         },
                     .seed = seed,
                     .initial = Eigen::RowVectorXd::Constant(workers + 1, 5.0),
                     .servers = 1,
                     .samples = f.samples(workers)}};
    StopAfter stop{updates};
    cluster.run([program](Node& node) { return program(node, {.step_size = 0.1}); }, {.node_steps = 1000}, &stop);
    const double square = std::pow(cluster.models()(0, workers) - 0.7, 2);
    sum += square;
    squares += square * square;
  }
  const double mean = sum / runs;
  return {mean, std::sqrt((squares / runs - mean * mean) / runs)};
}

TEST_CASE("Asynchronous SAGA has its exact mean square after the first server steps") {
  // Exact values for m = 2, η = 0.1, x⁰ = 5; the order of the two updates of the server decides them.
  for (const auto& one :
       {std::pair{1, 10.6375}, std::pair{2, 5.89559375}, std::pair{6, 0.8086447037}, std::pair{11, 0.4813877977}}) {
    const int updates = one.first;
    const double expected = one.second;
    CAPTURE(updates);
    const Mean seen = mean_square(adsaga, 2, updates);
    CAPTURE(seen.value);
    CHECK(std::abs(seen.value - expected) < 4 * seen.error);
  }
}

/// E (x_k − x*)² of SAGA on Q2 from x = 5, by the second moments of its state (x − x*, α_j − ∇f_j(x*)), which every
/// sample j maps linearly: h = A_j (x − x*) − (α_j − ∇f_j(x*)).
double exact_mean_square_of_saga(double eta, int updates) {
  const Eigen::Vector4d curvature{1, 2, 3, 4}, theta{0, 1, -1, 2};
  VectorXd state(5);
  state << 5 - 0.7, -(curvature.array() * (0.7 - theta.array())).matrix();
  MatrixXd moments = state * state.transpose();
  for (int k = 0; k < updates; ++k) {
    MatrixXd next = MatrixXd::Zero(5, 5);
    for (Index j = 0; j < 4; ++j) {
      MatrixXd map = MatrixXd::Identity(5, 5);
      map.row(0).tail(4).array() -= eta / 4;
      map(0, 0) -= eta * curvature(j);
      map(0, j + 1) += eta;
      map.row(j + 1).setZero();
      map(j + 1, 0) = curvature(j);
      next += map * moments * map.transpose() / 4;
    }
    moments = next;
  }
  return moments(0, 0);
}

TEST_CASE("SAGA has its exact mean square after the first server steps") {
  for (const int updates : {1, 2, 6, 11}) {
    CAPTURE(updates);
    const Mean seen = mean_square(saga, 2, updates);
    CAPTURE(seen.value);
    CHECK(std::abs(seen.value - exact_mean_square_of_saga(0.1, updates)) < 4 * seen.error);
  }
  // The factor of later steps, of the squared error.
  CHECK(exact_mean_square_of_saga(0.1, 301) / exact_mean_square_of_saga(0.1, 300) ==
        doctest::Approx(0.8215454803).epsilon(1e-8));
}

TEST_CASE("Methods that remember gradients reach the minimum of all samples itself") {
  const Samples f{2};
  const Mixing w = testing::star(3);
  struct Case {
    Task (*method)(Node&, Saga);
    double step_size;
  };
  for (const Case& one : {Case{saga, 0.1}, Case{adsaga, 0.1}, Case{iag, 0.02}}) {
    Cluster cluster{{.mixing = w,
                     .objective = f,
                     .step_time =
                         [](NodeId i, std::uint64_t k) {
                           Draws draws{3, Purpose::step_time, i, k};
                           return Seconds{standard_exponential(draws)};
                         },
                     .initial = Eigen::RowVectorXd::Constant(3, 5.0),
                     .servers = 1,
                     .samples = f.samples(2)}};
    cluster.run([&one](Node& node) { return one.method(node, {.step_size = one.step_size}); }, {.node_steps = 3000});
    CHECK(cluster.models()(0, 2) == doctest::Approx(0.7).epsilon(1e-10));
  }
}

}  // namespace
}  // namespace gossamer::federated_test
