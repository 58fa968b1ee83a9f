#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <Eigen/Core>

namespace gossamer {

/// A symmetric matrix with several blocks on its diagonal. Blocks without an entry are empty matrices.
using BlockMatrix = std::vector<Eigen::MatrixXd>;

/// A semidefinite program: over symmetric matrices X_b ⪰ 0 (blocks) and numbers z ≥ 0,
///
///     maximize  ⟨C, X⟩ + cᵀz    with  ⟨A_r, X⟩ + a_rᵀz ≤ b_r  or  = b_r  for all rows r.
struct SemidefiniteProgram {
  enum class Sense { at_most, equal };

  /// ⟨A, X⟩ + aᵀz
  struct Form {
    BlockMatrix matrix = {};
    std::vector<std::pair<int, double>> numbers = {};  ///< position in z, coefficient; at most one for each position
  };
  struct Row {
    Form form = {};
    Sense sense = Sense::at_most;
    double bound = 0;
  };

  std::vector<int> block_sizes = {};  ///< at least 1
  int numbers = 0;                    ///< length of z
  Form objective = {};
  std::vector<Row> rows = {};
};

/// The program as a file in SDPA's sparse format. Rows "≤" get slacks, which are followed by z in the last block.
std::string sdpa_file(const SemidefiniteProgram& program);

/// A solution, and the proof that it bounds the maximum: for y with y_r ≥ 0 in rows "≤", Σ_r y_r A_r − C ⪰ 0 and
/// Σ_r y_r a_r ≥ c, the maximum is at most bᵀy.
struct SemidefiniteSolution {
  Eigen::VectorXd multipliers = {};      ///< y
  BlockMatrix blocks = {};               ///< X
  Eigen::VectorXd numbers = {};          ///< z
  double bound = 0;                      ///< bᵀy
  double attained = 0;                   ///< ⟨C, X⟩ + cᵀz
  double certificate = 0;                ///< the least y_r, eigenvalue and coefficient of these; a proof if it is not negative
  std::string status = {};               ///< in csdp's words
};

/// Reads a solution in csdp's format, and computes its bound and its certificate. Throws ProofError if it is incomplete.
SemidefiniteSolution read_solution(const SemidefiniteProgram& program, std::string_view text);

/// Solves the program with csdp, on one thread, in a temporary folder. Throws ProofError if there is no program csdp, or
/// if it writes no solution. Does not judge the solution.
SemidefiniteSolution solve(const SemidefiniteProgram& program);

}  // namespace gossamer
