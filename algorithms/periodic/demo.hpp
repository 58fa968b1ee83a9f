#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// DeMo: nodes exchange only the fast components of their momenta, and step along the sign of their mean.
///
///     m_i ← β m_i + η ∇F_i(x; ξ_i)
///     q_i = the k largest coefficients of each tile of DCT(m_i);   m_i ← m_i − IDCT(q_i)
///     x ← (1 − η λ) x − η sign(IDCT(q))        q: for each coefficient the mean over the nodes that sent it
///
/// DCT is the orthonormal discrete cosine transform of tiles: a weight matrix is cut into rectangles, all else into
/// pieces, with sides up to s, which divide those of the matrix. The same x is on every node. If k is all of a tile, x
/// steps along the sign of the mean gradient. With λ = 0 each coordinate moves in steps of η.
/// Peng, Quesnelle, Kingma, "DeMo: Decoupled Momentum Optimization", 2024, arXiv:2411.19870, with the details of the
/// authors' code: sign(0) = 0, and an entry of a message has 12 bytes.
/// Cost    per step and node: one gradient; an all-gather of k entries for each tile.
/// Time    a barrier every step.
/// Faults  the mean is over the nodes that are alive. A node that restarts has missed steps, as in `all_reduce_sgd`.
struct Demo {
  StepSize step_size = 1e-3;  ///< η_k > 0
  double decay = 0.999;       ///< β in [0, 1)
  Index chunk = 64;           ///< s ≥ 1
  Index k = 32;               ///< k ≥ 1
  double weight_decay = 0;    ///< λ ≥ 0
};
Task demo(Node& node, Demo settings);

}  // namespace gossamer
