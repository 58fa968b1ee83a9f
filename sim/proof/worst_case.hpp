#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "sim/node.hpp"
#include "sim/proof/symbolic_run.hpp"

namespace gossamer {

/// The quantity that is maximized. It is taken after K rounds; nodes then have the models x_i, and x̄ is their mean.
enum class WorstMeasure {
  value,      ///< f(x̄) − f(x*)
  mean,       ///< ‖x̄ − x*‖²
  distance,   ///< (1/n) Σ_i ‖x_i − x*‖²
  consensus,  ///< (1/n) Σ_i ‖x_i − x̄‖²
  gradient,   ///< ‖∇f(x̄)‖²
  average     ///< f((x̄(1) + … + x̄(K))/K) − f(x*)
};

/// The problems over which the worst is sought: f = (1/n) Σ_i f_i, where every f_i is convex, L-smooth and μ-strongly
/// convex, in any dimension and for any number of nodes.
struct ProblemClass {
  double smoothness = 1;                    ///< L > 0
  double strong_convexity = 0;              ///< μ, 0 ≤ μ < L
  double distance = 1;                      ///< R > 0: (1/n) Σ_i ‖x_i(0) − x*‖² ≤ R²
  std::optional<double> dissimilarity = 1;  ///< ζ ≥ 0: (1/n) Σ_i ‖∇f_i(x*)‖² ≤ ζ²; empty: unbounded
};

struct WorstCaseSettings {
  int rounds = 1;  ///< K ≥ 1
  WorstMeasure measure = WorstMeasure::value;
  ProblemClass problems = {};
  MixingClass mixing = SpectrumInterval{};
  SymbolicStart start = SymbolicStart::common;
  NodeId nodes = 2;                                      ///< n, for programs that ask for it
  std::function<double(const Codec&)> contraction = {};  ///< see `SymbolicRunSettings`
};

/// The worst case of a program, with its proof and with the data of a problem that attains it.
///
/// The Gram matrices hold inner products of symbols: for vectors u and v of all nodes,
///
///     (1/n) Σ_i ⟨u_i, v_i⟩ = ū M v̄ᵀ + Re Σ_j u_j D_j v_jᴴ        (rows of coefficients; j numbers eigenspaces)
struct WorstCase {
  double value = 0;        ///< proven: no problem of the class is worse
  double attained = 0;     ///< what the Gram matrices attain, about `value`
  double gap = 0;          ///< |value − attained| / (10⁻³ + |value| + |attained|), in units of the normalized program
  double certificate = 0;  ///< at least −10⁻¹²: the least multiplier of an inequality, or eigenvalue of the dual matrix

  SymbolicRun run;
  Eigen::MatrixXd mean_gram;                      ///< M
  std::vector<Eigen::MatrixXcd> deviation_grams;  ///< D_j, Hermitian; real if the eigenspace's coefficients are
  /// f_i(x) − f_i(x*) − ⟨∇f_i(x*), x − x*⟩ at `run.points`, averaged over i
  Eigen::VectorXd point_values;

  std::vector<int> block_sizes;  ///< of the semidefinite program
  std::size_t constraints = 0;   ///< the same
  Eigen::VectorXd multipliers;   ///< y of the dual program
  std::string status;            ///< of csdp, in words; says less than `certificate` and `gap`
};

/// The exact worst case of a program of deterministic, synchronous, linear steps, over all problems of the class and all
/// mixing matrices of the class: see worst_case.md. Calls csdp, a program that solves semidefinite programs.
///
/// It is attained if W has an interval of eigenvalues and is the same in all rounds, or if W is known and its graph looks
/// alike from every node; else it is an upper bound.
/// Cost    grows with the sixth power of the number of gradients: about a second for 20 rounds.
/// Throws ProofError if the program cannot run on symbols, if settings are out of range, if csdp is not installed, or if
/// it finds no certificate.
WorstCase worst_case(const Program& program, const WorstCaseSettings& settings);

}  // namespace gossamer
