#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "sim/ground/quantities.hpp"

namespace gossamer {

class NoiseSpace;

/// The random part x − E x of one vector of R^d: a linear map of the noise that gradients have drawn so far.
///
/// It is registered in its space, which may change the coordinates of all parts at once. So it has a fixed address.
class NoisePart {
 public:
  explicit NoisePart(NoiseSpace& space);
  ~NoisePart();
  NoisePart(const NoisePart&) = delete;
  NoisePart& operator=(const NoisePart&) = delete;

  /// Adds c times another part of the same space.
  void add(double c, const NoisePart& other);
  /// True if all its factors are finite.
  bool is_finite() const { return factors_.allFinite(); }

 private:
  friend class NoiseSpace;

  NoiseSpace& space_;
  std::size_t place_;        ///< among the parts of the space
  Eigen::MatrixXd factors_;  ///< d × as many columns as it needs; columns beyond are zero
};

/// Second moments of a random part e = x − E x, with the Hessian H of f = (1/n) Σ f_i.
struct SecondMoments {
  double square = 0;           ///< E ‖e‖²
  double loss = 0;             ///< E eᵀHe/2
  double gradient_square = 0;  ///< E ‖He‖²
};

/// The noise of all gradients of a run, and the random parts that depend on it.
///
/// Every draw has mean 0 and covariance s² I and is independent of all others. Only second moments are asked for, so
/// any orthonormal coordinates of the drawn noise serve: when they have become many more than the parts can depend on,
/// an orthogonal transformation (Householder's) leaves as many as the parts have rows. So memory and time per operation
/// do not grow with the length of the run, and roundings are relative to each part, not to its square: parts that are
/// nearly equal have a difference that is right.
///
/// Layouts  `by_coordinate`: all A_i are diagonal, or all are equal, and then in coordinates along their eigenvectors.
///          The coordinates of a vector then depend on different noise, and column s of row k is the factor of the k-th
///          coordinate of draw s. `full`: every draw has d columns, one for each of its coordinates.
/// Memory   with L parts at a time: at least 32 d L² bytes by coordinate, d times as many in full.
class NoiseSpace {
 public:
  struct Setup {
    Index dimension = 1;
    NodeId nodes = 1;                                ///< n, over which f is a mean
    std::function<Eigen::MatrixXd(NodeId)> hessian;  ///< A_i, d × d, or d × 1 for a diagonal matrix
    double noise = 0;                                ///< s
    std::size_t memory = std::size_t{2} << 30;       ///< the most for all parts, in bytes
    std::size_t fewest_columns = 64;                 ///< fewer are never transformed
  };
  explicit NoiseSpace(const Setup& setup);

  /// result ← A_node x. `result` is a new part.
  void multiply(NodeId node, const NoisePart& x, NoisePart& result) const;
  /// result ← A_node⁻¹ x, for a positive definite A_node.
  void solve(NodeId node, const NoisePart& x, NoisePart& result) const;
  /// Adds the noise of the node's gradient with this number. The numbers of a node never fall; the same number gives the
  /// same noise. Throws MomentsError if the parts need too much memory.
  void add_draw(NodeId node, std::uint64_t number, NoisePart& g);
  /// result ← f(arguments), one column after the other: f is linear, and each coordinate of its value depends on the
  /// same coordinate of the arguments alone.
  void map(const std::function<void(std::span<const double* const> arguments, double* value)>& f,
           std::span<const NoisePart* const> arguments, NoisePart& result);

  SecondMoments moments(const NoisePart& x) const;
  /// E ‖a − b‖² of the random parts.
  double squared_distance(const NoisePart& a, const NoisePart& b) const;

  /// The number of orthonormal coordinates of noise at present.
  Index columns() const { return columns_; }

 private:
  friend class NoisePart;
  enum class Layout { by_coordinate, full };

  /// The noise of the latest gradient of a node.
  struct Draw {
    Draw(std::uint64_t its_number, NoiseSpace& space) : number{its_number}, part{space} {}
    std::uint64_t number;
    NoisePart part;
  };

  const Eigen::MatrixXd& hessian(NodeId node) const {
    return hessians_[hessians_.size() == 1 ? 0 : static_cast<std::size_t>(node)];
  }
  Eigen::MatrixXd product(const Eigen::MatrixXd& hessian, const Eigen::MatrixXd& factors) const;
  Index rows_per_part() const { return layout_ == Layout::full ? dimension_ : 1; }
  void make_room();
  void transform();
  void transform_rows(std::span<NoisePart* const> parts);
  void leave_eigenvectors();

  Index dimension_;
  double noise_;
  std::size_t memory_;
  Index fewest_columns_;
  Layout layout_ = Layout::full;
  std::vector<Eigen::MatrixXd> hessians_;  ///< in this layout: one for all nodes, or one each; d × 1 by coordinate
  Eigen::MatrixXd mean_hessian_;
  Eigen::MatrixXd eigenvectors_;  ///< of the one A, if coordinates are along them; else empty
  Eigen::MatrixXd one_hessian_;   ///< that A in the usual coordinates
  Index columns_ = 0;
  std::vector<NoisePart*> parts_;
  std::map<NodeId, std::unique_ptr<Draw>> latest_;  ///< after `parts_`, in which they are registered
};

}  // namespace gossamer
