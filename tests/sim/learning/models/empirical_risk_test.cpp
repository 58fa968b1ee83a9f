#include "sim/learning/models/empirical_risk.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include "sim/learning/models/linear_regression.hpp"
#include "sim/learning/models/logistic_regression.hpp"
#include "sim/learning/models/mlp.hpp"
#include "sim/learning/models/softmax_regression.hpp"
#include "tests/sim/learning/random_data.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

Eigen::VectorXd gradient_at(const Problem<double>& problem, NodeId node, std::uint64_t step, const Eigen::VectorXd& x) {
  Eigen::VectorXd g(x.size());
  Workspace workspace;
  problem.gradient(node, step, x.data(), g.data(), workspace);
  return g;
}

/// ‖∇f_i(x) − ∇f_i(y)‖ ≤ L ‖x − y‖ for all nodes, and ⟨∇f(x) − ∇f(y), x − y⟩ ≥ μ ‖x − y‖² for their weighted mean,
/// at random pairs of points. `problem` takes full batches of shards of equal size.
void check_bounds(const Problem<double>& problem, NodeId nodes) {
  const double L = *problem.smoothness();
  const double mu = problem.strong_convexity().value_or(0);
  CHECK(mu <= L);
  for (std::uint64_t k = 0; k < 30; ++k) {
    const Eigen::VectorXd x = random_matrix(problem.dimension(), 1, 2 * k);
    const Eigen::VectorXd y = random_matrix(problem.dimension(), 1, 2 * k + 1);
    Eigen::VectorXd difference = Eigen::VectorXd::Zero(x.size());
    for (NodeId i = 0; i < nodes; ++i) {
      const Eigen::VectorXd own = gradient_at(problem, i, 0, x) - gradient_at(problem, i, 0, y);
      REQUIRE(own.norm() <= L * (x - y).norm() * (1 + 1e-9));
      difference += own / nodes;
    }
    REQUIRE(difference.dot(x - y) >= mu * (x - y).squaredNorm() * (1 - 1e-9));
  }
}

}  // namespace

TEST_CASE("An evaluation gives the same bits with any number of threads") {
  const auto data = random_dataset(30, 3000, 700, 5);
  const EmpiricalRisk<float> problem{data, dealt_partition(3000, 6), mlp<float>(*data, {.hidden = {17}}), {}, 1};
  const Eigen::VectorXf x = random_matrix(problem.dimension(), 1, 3).cast<float>();
  const Evaluation one = problem.evaluate(x.data(), {.threads = 1});
  for (const int threads : {2, 3, 8}) {
    const Evaluation many = problem.evaluate(x.data(), {.threads = threads});
    CHECK(many.train_loss == one.train_loss);
    CHECK(many.train_accuracy == one.train_accuracy);
    CHECK(many.test_loss == one.test_loss);
    CHECK(many.test_accuracy == one.test_accuracy);
    CHECK(many.gradient_norm == one.gradient_norm);
  }
}

TEST_CASE("Loss and accuracy are those of the definition") {
  const auto data = random_dataset(4, 300, 50, 3);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(300, 2), softmax_regression<double>(*data, {.l2 = 0.1}), {}, 1};
  const Eigen::VectorXd x = random_matrix(15, 1, 3);
  const auto expected = [&](const Samples& samples) {
    double loss = 0, correct = 0;
    for (Index k = 0; k < samples.count(); ++k) {
      const auto label = static_cast<Index>(samples.labels[k]);
      Eigen::Vector3d z;
      for (Index u = 0; u < 3; ++u) z[u] = x.segment(4 * u, 4).dot(samples.dense.col(k)) + x[12 + u];
      loss += std::log(z.array().exp().sum()) - z[label];
      Index best = 0;
      z.maxCoeff(&best);
      correct += best == label ? 1 : 0;
    }
    const auto m = static_cast<double>(samples.count());
    return std::pair{loss / m + 0.05 * x.squaredNorm(), correct / m};
  };
  const Evaluation evaluation = problem.evaluate(x.data(), {});
  CHECK(evaluation.train_loss == doctest::Approx(expected(data->train).first).epsilon(1e-13));
  CHECK(*evaluation.train_accuracy == expected(data->train).second);
  CHECK(*evaluation.test_loss == doctest::Approx(expected(data->test).first).epsilon(1e-13));
  CHECK(*evaluation.test_accuracy == expected(data->test).second);
  CHECK(!evaluation.distance_to_optimum);
  const Evaluation brief = problem.evaluate(x.data(), {.test = false, .gradient = false});
  CHECK(brief.train_loss == evaluation.train_loss);
  CHECK(!brief.test_loss);
  CHECK(!brief.gradient_norm);
}

TEST_CASE("A subset as large as the training part gives the measures of all, a small one those of a few") {
  const auto data = random_dataset(4, 300, 0, 2);
  const EmpiricalRisk<double> problem{data, dealt_partition(300, 2), logistic_regression<double>(*data, {}), {}, 1};
  const Eigen::VectorXd x = random_matrix(4, 1, 3);
  const Evaluation all = problem.evaluate(x.data(), {});
  const Evaluation same = problem.evaluate(x.data(), {.train_samples = 300});
  CHECK(same.train_loss == doctest::Approx(all.train_loss).epsilon(1e-13));
  CHECK(same.train_accuracy == all.train_accuracy);
  CHECK(!all.test_loss);
  const Evaluation few = problem.evaluate(x.data(), {.train_samples = 40});
  CHECK(few.train_loss != all.train_loss);
  CHECK(few.train_loss == problem.evaluate(x.data(), {.train_samples = 40}).train_loss);
  CHECK(std::fmod(*few.train_accuracy * 40, 1.0) == doctest::Approx(0));
  CHECK(message_of<InputError>([&] { problem.evaluate(x.data(), {.train_samples = 301}); }) ==
        "evaluation: 301 training samples asked for, expected 1 to 300");
}

TEST_CASE("Scores of models are their evaluations, over all samples or the same subset of them") {
  const auto data = random_dataset(4, 700, 90, 3);
  Partition unequal{{{}, {}}};
  for (Index k = 0; k < 700; ++k) unequal.samples[k < 100 ? 0 : 1].push_back(k);
  const Eigen::MatrixXd models = random_matrix(15, 5, 3);
  std::vector<const double*> points;
  for (Index i = 0; i < models.cols(); ++i) points.push_back(models.col(i).data());
  for (const auto& partition : {dealt_partition(700, 2), std::make_shared<const Partition>(unequal)}) {
    const EmpiricalRisk<double> problem{data, partition, softmax_regression<double>(*data, {.l2 = 0.1}), {}, 1};
    for (const std::optional<Index> train : {std::optional<Index>{}, {40}}) {
      const auto scores = problem.score(points, {.train_samples = train, .threads = 3});
      REQUIRE(scores.size() == 5);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        const Evaluation whole = problem.evaluate(points[i], {.train_samples = train});
        CHECK(scores[i].train_loss == whole.train_loss);
        CHECK(scores[i].train_accuracy == whole.train_accuracy);
        CHECK(scores[i].test_loss == whole.test_loss);
        CHECK(scores[i].test_accuracy == whole.test_accuracy);
      }
    }
  }
  const EmpiricalRisk<double> problem{
      data, dealt_partition(700, 2), softmax_regression<double>(*data, {.l2 = 0.1}), {}, 1};
  // Of 45 of the 90 test samples so many wholes are right.
  const auto half = problem.score(points, {.test_samples = 45});
  for (const ModelScore& score : half) CHECK(std::fmod(*score.test_accuracy * 45 + 0.5, 1.0) == doctest::Approx(0.5));
  CHECK(!problem.score(points, {.test_samples = 0}).front().test_loss);
  CHECK(message_of<InputError>([&] { problem.score(points, {.test_samples = 91}); }) ==
        "evaluation: 91 test samples asked for, expected 1 to 90");
}

TEST_CASE("Scores have the same bits with any number of threads") {
  const auto data = random_dataset(30, 3000, 700, 5);
  const EmpiricalRisk<float> problem{data, dealt_partition(3000, 6), mlp<float>(*data, {.hidden = {17}}), {}, 1};
  const Eigen::MatrixXf models = random_matrix(problem.dimension(), 6, 3).cast<float>();
  std::vector<const float*> points;
  for (Index i = 0; i < models.cols(); ++i) points.push_back(models.col(i).data());
  const auto one = problem.score(points, {.train_samples = 1000, .threads = 1});
  for (const int threads : {2, 3, 8}) {
    const auto many = problem.score(points, {.train_samples = 1000, .threads = threads});
    for (std::size_t i = 0; i < one.size(); ++i) {
      CHECK(many[i].train_loss == one[i].train_loss);
      CHECK(many[i].test_loss == one[i].test_loss);
      CHECK(many[i].test_accuracy == one[i].test_accuracy);
    }
  }
}

TEST_CASE("Minibatch gradients are unbiased") {
  // The mean of 4000 batches of 8: each coordinate's error has deviation s/sqrt(32000), where s is that of one sample's
  // gradient, measured here; six of them are allowed.
  const auto data = random_dataset(3, 60, 0, 0);
  const auto full =
      EmpiricalRisk<double>{data, dealt_partition(60, 2), linear_regression<double>(*data, {}), {.batch_size = 0}, 1};
  const auto small =
      EmpiricalRisk<double>{data, dealt_partition(60, 2), linear_regression<double>(*data, {}), {.batch_size = 8}, 1};
  const auto alone =
      EmpiricalRisk<double>{data, dealt_partition(60, 60), linear_regression<double>(*data, {}), {.batch_size = 0}, 1};
  const Eigen::VectorXd x = random_matrix(3, 1, 3);
  const Eigen::VectorXd expected = gradient_at(full, 1, 0, x);
  Eigen::ArrayXd variance = Eigen::ArrayXd::Zero(3);
  for (NodeId k = 1; k < 60; k += 2) variance += (gradient_at(alone, k, 0, x) - expected).array().square() / 30;
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(3);
  for (std::uint64_t step = 0; step < 4000; ++step) mean += gradient_at(small, 1, step, x) / 4000;
  for (Index k = 0; k < 3; ++k) CHECK(std::abs(mean[k] - expected[k]) < 6 * std::sqrt(variance[k] / 32'000));
}

TEST_CASE("L and μ of linear regression are eigenvalues of its features' second moments") {
  const auto data = random_dataset(6, 90, 0, 0);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(90, 3), linear_regression<double>(*data, {.l2 = 0.25}), {.batch_size = 0}, 1};
  const auto eigenvalues = [](const Eigen::MatrixXd& A) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{A * A.transpose() / static_cast<double>(A.cols())}
        .eigenvalues()
        .eval();
  };
  double L = 0;
  for (Index i = 0; i < 3; ++i) {
    Eigen::MatrixXd shard(6, 30);
    for (Index k = 0; k < 30; ++k) shard.col(k) = data->train.dense.col(3 * k + i);
    L = std::max(L, eigenvalues(shard)[5]);
  }
  CHECK(*problem.smoothness() == doctest::Approx(L + 0.25).epsilon(1e-8));
  CHECK(*problem.strong_convexity() == doctest::Approx(eigenvalues(data->train.dense)[0] + 0.25).epsilon(1e-12));
  check_bounds(problem, 3);
}

TEST_CASE("Gradients satisfy the bounds L and μ along random directions") {
  const auto classes = random_dataset(5, 60, 0, 2);
  check_bounds(EmpiricalRisk<double>{classes,
                                     dealt_partition(60, 3),
                                     logistic_regression<double>(*classes, {.l2 = 0.1, .intercept = true}),
                                     {.batch_size = 0},
                                     1},
               3);
  const auto more = random_dataset(5, 60, 0, 4);
  check_bounds(
      EmpiricalRisk<double>{
          more, dealt_partition(60, 3), softmax_regression<double>(*more, {.l2 = 0.1}), {.batch_size = 0}, 1},
      3);
}

TEST_CASE("The distance to the optimum of least squares is measured from the solution of the normal equations") {
  const auto data = random_dataset(6, 90, 0, 0);
  const EmpiricalRisk<double> problem{
      data, dealt_partition(90, 3), linear_regression<double>(*data, {.intercept = true}), {}, 1};
  Eigen::MatrixXd A(90, 7);
  A << data->train.dense.transpose(), Eigen::VectorXd::Ones(90);
  const Eigen::VectorXd best = A.colPivHouseholderQr().solve(data->train.labels);
  const Eigen::VectorXd x = random_matrix(7, 1, 3);
  CHECK(*problem.evaluate(x.data(), {}).distance_to_optimum == doctest::Approx((x - best).norm()).epsilon(1e-10));
  CHECK(*problem.evaluate(best.data(), {}).gradient_norm < 1e-13);
}

TEST_CASE("Least squares with fewer samples than features has no single optimum and no strong convexity") {
  const auto data = random_dataset(6, 4, 0, 0);
  const EmpiricalRisk<double> problem{data, dealt_partition(4, 1), linear_regression<double>(*data, {}), {}, 1};
  const Eigen::VectorXd x = random_matrix(6, 1, 3);
  CHECK(!problem.evaluate(x.data(), {}).distance_to_optimum);
  CHECK(!problem.strong_convexity());
}

TEST_CASE("An epoch takes m/(n B) node-steps, and one with full batches") {
  const auto data = random_dataset(3, 60, 0, 0);
  const auto epoch = [&](Index batch_size) {
    return *EmpiricalRisk<double>{
        data, dealt_partition(60, 3), linear_regression<double>(*data, {}), {.batch_size = batch_size}, 1}
                .steps_per_epoch();
  };
  CHECK(epoch(8) == 2.5);
  CHECK(epoch(0) == 1);
}

TEST_CASE("Data and partitions that do not match are refused with a sentence") {
  const auto classes = random_dataset(3, 60, 0, 3);
  const auto values = random_dataset(3, 60, 0, 0);
  const auto sparse = made_sparse(*classes);
  using E = LearningError;
  CHECK(message_of<E>([&] { linear_regression<float>(*classes, {}); }) ==
        "linear_regression: data set \"random\" has 3 classes, expected real targets");
  CHECK(message_of<E>([&] { logistic_regression<float>(*classes, {}); }) ==
        "logistic_regression: data set \"random\" has 3 classes, expected two");
  CHECK(message_of<E>([&] { logistic_regression<float>(*values, {}); }) ==
        "logistic_regression: data set \"random\" has real targets, expected two classes");
  CHECK(message_of<E>([&] { softmax_regression<float>(*values, {}); }) ==
        "softmax_regression: data set \"random\" has real targets, expected classes");
  CHECK(message_of<E>([&] { mlp<float>(*sparse, {}); }) ==
        "mlp: data set \"random\" is sparse, expected dense features");
  const auto with = [&](Partition partition) {
    return message_of<E>([&] {
      EmpiricalRisk<double>{values,
                            std::make_shared<const Partition>(std::move(partition)),
                            linear_regression<double>(*values, {}),
                            {},
                            1};
    });
  };
  CHECK(with({{{0, 1}, {}}}) == "partition: node 1 holds no sample");
  CHECK(with({{{0, 1}, {60}}}) == "partition: node 1 holds sample 60, but \"random\" has 60 training samples");
  CHECK(with({{{0, 1}, {2, 1}}}) == "partition: sample 1 is held twice, the second time by node 1");
}
