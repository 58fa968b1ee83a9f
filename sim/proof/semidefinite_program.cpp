#include "sim/proof/semidefinite_program.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <sstream>

#include <Eigen/Eigenvalues>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/proof/proof_error.hpp"

namespace gossamer {
namespace {

using Form = SemidefiniteProgram::Form;
using Row = SemidefiniteProgram::Row;

bool is_at_most(const Row& row) { return row.sense == SemidefiniteProgram::Sense::at_most; }

int slacks_of(const SemidefiniteProgram& program) {
  return static_cast<int>(std::count_if(program.rows.begin(), program.rows.end(), is_at_most));
}

/// The lines of one form; row 0 is the objective.
void write_form(std::string& file, std::size_t row, const Form& form, std::size_t diagonal_block, int slacks) {
  const auto out = std::back_inserter(file);
  constexpr double negligible = 1e-15;
  for (std::size_t b = 0; b < form.matrix.size(); ++b) {
    const Eigen::MatrixXd& block = form.matrix[b];
    for (Eigen::Index i = 0; i < block.rows(); ++i)
      for (Eigen::Index j = i; j < block.cols(); ++j)
        if (std::abs(block(i, j)) > negligible)
          fmt::format_to(out, "{} {} {} {} {}\n", row, b + 1, i + 1, j + 1, block(i, j));
  }
  for (const auto& [position, coefficient] : form.numbers) {
    const int at = slacks + position + 1;
    fmt::format_to(out, "{} {} {} {} {}\n", row, diagonal_block, at, at, coefficient);
  }
}

/// Σ_r y_r A_r − C, in one block.
Eigen::MatrixXd dual_block(const SemidefiniteProgram& program, const Eigen::VectorXd& y, std::size_t b) {
  const int size = program.block_sizes[b];
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(size, size);
  const auto add = [&](double factor, const Form& form) {
    if (b < form.matrix.size() && form.matrix[b].size() > 0) sum += factor * form.matrix[b];
  };
  for (std::size_t r = 0; r < program.rows.size(); ++r) add(y[static_cast<Eigen::Index>(r)], program.rows[r].form);
  add(-1, program.objective);
  return sum;
}

double certificate_of(const SemidefiniteProgram& program, const Eigen::VectorXd& y) {
  double least = std::numeric_limits<double>::infinity();
  Eigen::VectorXd numbers = Eigen::VectorXd::Zero(program.numbers);
  const auto add = [&numbers](double factor, const Form& form) {
    for (const auto& [position, coefficient] : form.numbers) numbers[position] += factor * coefficient;
  };
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    const double multiplier = y[static_cast<Eigen::Index>(r)];
    if (is_at_most(program.rows[r])) least = std::min(least, multiplier);
    add(multiplier, program.rows[r].form);
  }
  add(-1, program.objective);
  if (program.numbers > 0) least = std::min(least, numbers.minCoeff());
  for (std::size_t b = 0; b < program.block_sizes.size(); ++b) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{dual_block(program, y, b), Eigen::EigenvaluesOnly};
    least = std::min(least, solver.eigenvalues()[0]);
  }
  return least;
}

double value_of(const Form& form, const SemidefiniteSolution& solution) {
  double sum = 0;
  for (std::size_t b = 0; b < form.matrix.size(); ++b)
    if (form.matrix[b].size() > 0) sum += form.matrix[b].cwiseProduct(solution.blocks[b]).sum();
  for (const auto& [position, coefficient] : form.numbers) sum += coefficient * solution.numbers[position];
  return sum;
}

}  // namespace

std::string sdpa_file(const SemidefiniteProgram& program) {
  const int slacks = slacks_of(program);
  const std::size_t diagonal_block = program.block_sizes.size() + 1;
  std::string file = fmt::format("{}\n{}\n{} -{}\n", program.rows.size(), diagonal_block,
                                 fmt::join(program.block_sizes, " "), std::max(1, slacks + program.numbers));
  for (const Row& row : program.rows) fmt::format_to(std::back_inserter(file), "{} ", row.bound);
  file += '\n';
  write_form(file, 0, program.objective, diagonal_block, slacks);
  int slack = 0;
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    write_form(file, r + 1, program.rows[r].form, diagonal_block, slacks);
    if (!is_at_most(program.rows[r])) continue;
    ++slack;
    fmt::format_to(std::back_inserter(file), "{} {} {} {} 1\n", r + 1, diagonal_block, slack, slack);
  }
  return file;
}

SemidefiniteSolution read_solution(const SemidefiniteProgram& program, std::string_view text) {
  SemidefiniteSolution solution;
  std::istringstream stream{std::string{text}};
  solution.multipliers.resize(static_cast<Eigen::Index>(program.rows.size()));
  for (double& y : solution.multipliers)
    if (!(stream >> y)) throw ProofError{"csdp's solution is incomplete"};
  for (const int size : program.block_sizes) solution.blocks.push_back(Eigen::MatrixXd::Zero(size, size));
  solution.numbers = Eigen::VectorXd::Zero(program.numbers);
  const int slacks = slacks_of(program);
  constexpr int primal = 2;
  int matrix = 0, block = 0, i = 0, j = 0;
  double value = 0;
  while (stream >> matrix >> block >> i >> j >> value) {
    if (matrix != primal) continue;
    const auto b = static_cast<std::size_t>(block - 1);
    if (b < solution.blocks.size())
      solution.blocks[b](i - 1, j - 1) = solution.blocks[b](j - 1, i - 1) = value;
    else if (i > slacks && i <= slacks + program.numbers)
      solution.numbers[i - slacks - 1] = value;
  }
  for (std::size_t r = 0; r < program.rows.size(); ++r)
    solution.bound += program.rows[r].bound * solution.multipliers[static_cast<Eigen::Index>(r)];
  solution.attained = value_of(program.objective, solution);
  solution.certificate = certificate_of(program, solution.multipliers);
  return solution;
}

}  // namespace gossamer
