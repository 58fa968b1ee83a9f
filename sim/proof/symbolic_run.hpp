#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include "sim/node.hpp"
#include "sim/proof/symbolic_vector.hpp"

namespace gossamer {

/// All symmetric W, of any number of nodes, whose eigenvalues are in [least, largest], but for the eigenvalue 1 of the
/// constant vector.
struct SpectrumInterval {
  double least = 0;
  double largest = 0;
  bool changing = false;  ///< whether every round has a W(k) of its own
};

/// The W(k) of one graph. `rounds[k % rounds.size()]` are the eigenvalues of W(k) on its eigenspaces, one for each
/// eigenspace that all W(k) have in common, without that of the constant vector. Of two complex conjugate eigenvalues one
/// is enough. At least one round.
struct SpectrumModes {
  std::vector<Eigen::VectorXcd> rounds;
};

/// The mixing matrices for which a worst case holds.
using MixingClass = std::variant<SpectrumInterval, SpectrumModes>;

/// A point at which the program asked for a gradient: ∇f_i(x_i) = h_i + ∇f_i(x*).
struct SymbolicPoint {
  SymbolicVector x;
  SymbolicVector h;
};

/// Vectors that were sent in one round, and their averages Y = W(k) X. Only deviations: means are kept. One row, over
/// the deviation symbols.
struct SymbolicAverage {
  std::uint64_t round = 0;
  Eigen::RowVectorXd sent;      ///< X
  Eigen::RowVectorXd averaged;  ///< Y
};

/// q = Q(v), where (1/n) Σ_i ‖q_i − v_i‖² ≤ (1 − δ) (1/n) Σ_i ‖v_i‖².
struct SymbolicCode {
  SymbolicVector v;
  SymbolicVector q;
  double contraction = 1;  ///< δ
};

/// All that a program did with symbols. All vectors have all columns.
struct SymbolicRun {
  Eigen::Index mean_symbols = 0;
  Eigen::Index deviation_symbols = 0;  ///< of one eigenspace
  Eigen::Index modes = 1;              ///< eigenspaces: rows of `SymbolicVector::deviation`
  std::vector<bool> is_complex;        ///< whether coefficients in an eigenspace are complex, by eigenspace

  SymbolicVector start;             ///< x_i(0): zero if the start is common
  SymbolicVector optimum;           ///< x*, the same at all nodes: the first mean symbol
  SymbolicVector optimum_gradient;  ///< ∇f_i(x*): a deviation, the first deviation symbol but for a separate start's
  std::vector<SymbolicPoint> points;
  std::vector<SymbolicAverage> averages;  ///< empty if all eigenvalues are known
  std::vector<SymbolicCode> codes;
  std::vector<SymbolicVector> iterates;  ///< the models after rounds 1, …, K, as the program reported them
  std::optional<std::size_t> measured;   ///< number of the measured point in `points`
  bool uses_mixing = false;              ///< whether the program averaged over neighbors
};

/// A point at which a gradient is added after the program's end, for measures that are functions of f there.
enum class MeasuredPoint {
  none,
  last_mean,      ///< x̄(K)
  mean_of_means,  ///< (x̄(1) + … + x̄(K))/K
};

/// The nodes' models at time zero.
enum class SymbolicStart {
  common,   ///< the same at all nodes
  separate  ///< any at each node
};

struct SymbolicRunSettings {
  int rounds = 1;  ///< K ≥ 1; a round ends when the program reports its model
  MixingClass mixing = SpectrumInterval{};
  SymbolicStart start = SymbolicStart::common;
  MeasuredPoint measured = MeasuredPoint::none;
  NodeId nodes = 2;  ///< n, for programs that ask for it
  /// δ ∈ (0, 1] of a codec, see `SymbolicCode`. Throws ProofError if it has none.
  std::function<double(const Codec&)> contraction = {};
  double distance = 1;  ///< R > 0, the unit of models
  double slope = 1;     ///< L R > 0, the unit of gradients
};

/// Runs the program of one node, which represents all, on symbols: a gradient is a fresh symbol unless the program has
/// asked for the gradient at the same point before; an average over neighbors is W times the vectors sent; an all-reduce
/// keeps the mean.
///
/// The representative gives itself the weight 0, and its one neighbor the weight 1. That neighbor sends the average of
/// what all neighbors, this node included, have sent. Hence programs may weigh their neighbors only by W. The origin is
/// the common start.
/// Throws ProofError, with the reason, if the program does what has no meaning here: random draws, exchanges, reads,
/// clocks, decisions by values, functions that are no sums.
SymbolicRun run_on_symbols(const Program& program, const SymbolicRunSettings& settings);

}  // namespace gossamer
