#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The eigenspaces that the mixing matrices of several rounds have in common, without that of the constant vector.
struct CommonModes {
  /// By round, the eigenvalue of W(k) on every eigenspace. Eigenspaces differ in the eigenvalue of at least one round.
  /// Of two complex conjugate eigenspaces there is one.
  std::vector<Eigen::VectorXcd> rounds;
  /// Whether the projection on every eigenspace has a constant diagonal, so that the nodes look alike. They do if some
  /// automorphism of the graph moves any node to any other.
  bool looks_alike = false;
};

/// Empty if the matrices have no common orthogonal eigenvectors, because one is not normal or two do not commute; or if
/// there are more nodes than a dense solver takes: 1,200 if all are symmetric, else 300; circulants have no limit.
/// All matrices are doubly stochastic and of one size; there is at least one.
/// Cost    O(n³), or O(n²) for circulants; eigenvalues are exact to about 1e-14.
std::optional<CommonModes> common_modes(std::span<const std::shared_ptr<const Mixing>> rounds);

}  // namespace gossamer
