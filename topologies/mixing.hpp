#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/SparseCore>

#include "sim/ground/quantities.hpp"
#include "topologies/error.hpp"

namespace gossamer {

/// A sparse matrix stored row by row.
using SparseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// Whether w_ii may be negative, as with the best constant on a star.
enum class Diagonal { nonnegative, any_sign };

/// The sums of W that are 1. Only with a doubly stochastic W do all models converge to their mean.
enum class Stochasticity {
  doubly,   ///< rows and columns
  rows,     ///< the weights that a node gives: models converge to a mean weighted by `perron_vector(W)`
  columns,  ///< the weights that a node gets: the sum of models is kept; push-sum divides by its weights
};

/// The name for messages: "doubly stochastic", "row-stochastic", "column-stochastic".
std::string_view name(Stochasticity stochasticity);

/// Whether every node must reach every other node. A single round of a schedule need not be connected.
enum class Connectivity { connected, any };

/// The properties of a mixing matrix that its constructor proves.
struct MixingPromise {
  Diagonal diagonal = Diagonal::nonnegative;
  Stochasticity stochasticity = Stochasticity::doubly;
  Connectivity connectivity = Connectivity::connected;
};

/// The mixing matrix W, where w_ij is the weight that node i gives to x_j: one round of averaging is X ← W X.
///
/// The constructor proves that every entry is finite and that no entry off the diagonal is negative. As far as
/// `MixingPromise` requires it, it also proves that rows and columns sum to 1 within 1e-12, and that every node reaches
/// every other node. W need not be symmetric.
/// Shapes  W is n × n, 1 ≤ n ≤ 2²⁸; nothing is stored for w_ij = 0.
/// Memory  12 bytes per neighbor and 12 per node: 60 bytes per node at degree 4, and 20 more if W is directed.
class Mixing {
 public:
  /// Throws TopologyError if W does not have a promised property; the sentence names the row, column or node.
  explicit Mixing(SparseMatrix w, MixingPromise promise = {});

  /// n
  NodeId size() const { return static_cast<NodeId>(own_weights_.size()); }

  /// The nodes from which node i receives models: every j ≠ i with w_ij ≠ 0, ascending.
  std::span<const NodeId> neighbors(NodeId i) const { return senders_[i]; }

  /// The nodes to which node i sends its model: every j ≠ i with w_ji ≠ 0, ascending. Equal to `neighbors` if
  /// undirected.
  std::span<const NodeId> receivers(NodeId i) const { return receivers_ ? (*receivers_)[i] : senders_[i]; }

  /// w_ij; zero if j does not send to i. O(log degree).
  double weight(NodeId i, NodeId j) const;

  /// The position of j in `neighbors(i)`; empty if j is not there. O(log degree).
  std::optional<Index> position(NodeId i, NodeId j) const;

  /// W itself, made anew: O(n + neighbors).
  SparseMatrix matrix() const;

  /// The sums of W that are 1 within 1e-12: `doubly` if both are, even if less was promised.
  Stochasticity stochasticity() const { return stochasticity_; }

  /// Whether |w_ij − w_ji| ≤ 1e-12 for all i and j.
  bool is_symmetric() const { return symmetric_; }

  /// Whether some node receives from a node to which it does not send.
  bool is_directed() const { return receivers_.has_value(); }

 private:
  /// For every node an ascending list of other nodes; all lists are in one array.
  class Lists {
   public:
    Lists() = default;
    explicit Lists(const SparseMatrix& rows);
    std::span<const NodeId> operator[](NodeId i) const {
      const auto at = static_cast<std::size_t>(i);
      return {nodes_.data() + begins_[at], nodes_.data() + begins_[at + 1]};
    }
    /// The position of the first element of that list in the array.
    std::size_t begin(NodeId i) const { return static_cast<std::size_t>(begins_[static_cast<std::size_t>(i)]); }
    std::size_t size() const { return nodes_.size(); }
    bool operator==(const Lists&) const = default;

   private:
    std::vector<std::int32_t> begins_;
    std::vector<NodeId> nodes_;
  };

  Lists senders_;
  std::vector<double> weights_;      ///< of all senders, in the order of their lists
  std::vector<double> own_weights_;  ///< w_ii
  std::optional<Lists> receivers_;
  Stochasticity stochasticity_ = Stochasticity::doubly;
  bool symmetric_ = true;
};

}  // namespace gossamer
