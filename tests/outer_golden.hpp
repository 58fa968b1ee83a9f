#pragma once
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <Eigen/Core>

#include "tests/matrix_form.hpp"

/// One small instance on which the iterates of methods with an outer step are known to twelve decimals: four nodes that
/// start from (2, −1), f_i(x) = ½ xᵀA_i x − b_iᵀx, η = 0.1, H = 3 local steps unless a test says otherwise.
namespace gossamer::testing::outer_golden {

inline constexpr NodeId nodes = 4;
inline constexpr double step_size = 0.1;
inline constexpr int local_steps = 3;

inline Quadratics objective() {
  const auto symmetric = [](double a, double b, double c) {
    Eigen::MatrixXd m(2, 2);
    m << a, b, b, c;
    return m;
  };
  Eigen::MatrixXd b(nodes, 2);
  b << 1, -0.5, 0.2, 0.8, -0.6, 0.4, 0.5, 1.5;
  return {{symmetric(1, 0.2, 0.5), symmetric(0.6, -0.1, 1.2), symmetric(1.5, 0.3, 0.8), symmetric(0.4, 0, 2)}, b};
}

inline Eigen::MatrixXd start() { return Eigen::VectorXd::Ones(nodes) * Eigen::RowVector2d{2, -1}; }

/// The fixed point of local SGD with H = 3, which outer optimizers keep; to twelve decimals.
inline Eigen::MatrixXd fixed_point() {
  return Eigen::VectorXd::Ones(nodes) * Eigen::RowVector2d{0.294194804686, 0.443750029102};
}

/// The ring with weights 1/2, 1/4, 1/4.
inline Mixing lazy_ring() {
  SparseMatrix w(nodes, nodes);
  for (NodeId i = 0; i < nodes; ++i) {
    w.coeffRef(i, i) = 0.5;
    for (const NodeId j : {(i + 1) % nodes, (i + nodes - 1) % nodes}) w.coeffRef(i, j) = 0.25;
  }
  return Mixing{w};
}

/// The models after each round of one table of tests/outer_golden.txt: of all nodes, or of those that the table has.
struct Row {
  std::uint64_t round;
  Eigen::MatrixXd models;
};
inline std::vector<Row> table(const std::string& name) {
  std::ifstream file{"tests/outer_golden.txt"};  // ctest starts tests in the root of the sources
  std::vector<Row> result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string first;
    std::uint64_t round = 0;
    words >> first >> round;
    if (first != name) continue;
    std::vector<double> values;
    for (double x = 0; words >> x;) values.push_back(x);
    const auto pairs = static_cast<Index>(values.size() / 2);
    const Eigen::MatrixXd models = Eigen::Map<Eigen::MatrixXd>(values.data(), 2, pairs).transpose();
    result.push_back({round, pairs == 1 ? Eigen::MatrixXd{Eigen::VectorXd::Ones(nodes) * models} : models});
  }
  REQUIRE_FALSE(result.empty());
  return result;
}

/// Compares each row with the models of a run; rows are `steps_per_row` node-steps apart.
inline void check(const std::string& name, const SynchronousRun& run, const Program& program, int steps_per_row) {
  for (const auto& [round, models] : table(name)) {
    const std::string row = name + " after round " + std::to_string(round);
    CAPTURE(row);
    const Eigen::MatrixXd x = run.models(program, round * static_cast<std::uint64_t>(steps_per_row));
    CHECK((x - models).cwiseAbs().maxCoeff() < 1e-12);
  }
}

}  // namespace gossamer::testing::outer_golden
