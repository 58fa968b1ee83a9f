#pragma once
#include <vector>

#include <Eigen/Core>

#include "sim/proof/symbolic_run.hpp"

namespace gossamer {

/// Orthonormal bases of the eigenspaces that all W(k) of a graph have in common, in the order of `modes`: n × m_j, real if
/// the eigenvalues are. Of two complex conjugate eigenspaces that of the eigenvalue in `modes`.
///
/// Errors  ProofError if the W(k) do not commute with each other and their transposes, or if their eigenvalues are not those
///         of `modes`.
std::vector<Eigen::MatrixXcd> eigenspaces(const std::vector<Eigen::MatrixXd>& rounds, const SpectrumModes& modes);

}  // namespace gossamer
