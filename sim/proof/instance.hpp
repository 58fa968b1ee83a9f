#pragma once
#include <vector>

#include <Eigen/Core>

#include "sim/learning/models/interpolated.hpp"
#include "sim/proof/worst_case.hpp"

namespace gossamer {

/// A problem on which the program does as badly as its worst case says, up to the tolerance of the solver.
struct WorstInstance {
  Eigen::MatrixXd W;         ///< n × n; without elements if the graph was given
  InterpolatedTerms terms;   ///< f_1, …, f_n and x*
  Eigen::MatrixXd start;     ///< d × n
  Eigen::MatrixXd coded;     ///< d × C, what the program sent in code, of all nodes
  Eigen::MatrixXd codes;     ///< d × C, their codes
  Index mean_rank = 0;       ///< dimensions that means take
  Index deviation_rank = 0;  ///< dimensions that deviations take
};

/// The instance of a worst case over an interval of eigenvalues. All f_i are one function up to reflections of coordinates.
///
/// M = U'U and D = V'V. Node i has U s̄ in the first coordinates of a vector s, and h_ic (V s)_c in the others, where h_c are
/// eigenvectors of W with elements ±1, for the eigenvalues of the symmetric w with w X = Y: `symmetric_extension` and
/// `signed_mixing`. Then the inner products of every node are those of the Gram matrices, so functions exist.
/// `tolerance`: eigenvalues of a Gram matrix below this share of its largest one count as zero. 1e-4, 1e-6 and 1e-8 are
/// worth a try: which is best depends on the solution.
/// Throws ProofError if every round has a W of its own, since the worst case then is an upper bound, or if `signed_mixing`
/// does.
WorstInstance worst_instance(const WorstCase& worst, const WorstCaseSettings& settings, double tolerance);

/// The instance of a worst case on a graph, whose W(k) are `rounds`. In eigenspace j node i has √(n/m_j) times row i of an
/// orthonormal basis, times V_j s.
/// Throws ProofError if the graph does not look alike from every node, since the worst case then is an upper bound, and as
/// `eigenspaces`.
WorstInstance worst_instance_on(const std::vector<Eigen::MatrixXd>& rounds, const WorstCase& worst,
                                const WorstCaseSettings& settings, double tolerance);

}  // namespace gossamer
