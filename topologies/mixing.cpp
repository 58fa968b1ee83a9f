#include "topologies/mixing.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "topologies/breadth_first.hpp"

namespace gossamer {
namespace {

constexpr double tolerance = 1e-12;  // the rounding error of a sum of 2¹⁴ weights is below it

using InRow = SparseMatrix::InnerIterator;

void check_shape(const SparseMatrix& w) {
  if (w.rows() != w.cols())
    throw TopologyError{
        fmt::format("mixing matrix: expected as many rows as columns, got {} × {}", w.rows(), w.cols())};
  if (w.rows() < 1) throw TopologyError{"mixing matrix: expected at least one node, got none"};
}

void check_entries(const SparseMatrix& w, Diagonal diagonal) {
  for (Eigen::Index i = 0; i < w.outerSize(); ++i) {
    for (InRow entry(w, i); entry; ++entry) {
      if (!std::isfinite(entry.value()))
        throw TopologyError{
            fmt::format("mixing matrix: the weight at row {}, column {} is {}, expected a finite number", i,
                        entry.col(), entry.value())};
      const bool may_be_negative = entry.col() == i && diagonal == Diagonal::any_sign;
      if (entry.value() < 0 && !may_be_negative)
        throw TopologyError{fmt::format("mixing matrix: the weight at row {}, column {} is {}, expected none below 0",
                                        i, entry.col(), entry.value())};
    }
  }
}

/// The first row whose sum is not 1, and that sum; no row if all sums are 1.
struct WrongSum {
  Eigen::Index at = -1;
  double sum = 1;
};
WrongSum wrong_sum(const Eigen::VectorXd& sums) {
  for (Eigen::Index i = 0; i < sums.size(); ++i)
    if (!(std::abs(sums[i] - 1) <= tolerance)) return {i, sums[i]};
  return {};
}

/// The sums that are 1. Throws if a promised one is not.
Stochasticity checked_sums(const SparseMatrix& w, Stochasticity promised) {
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(w.rows());
  const WrongSum row = wrong_sum(w * ones);
  const WrongSum column = wrong_sum(w.transpose() * ones);
  const auto refuse = [promised](const char* what, WrongSum wrong) {
    throw TopologyError{fmt::format("mixing matrix: {} {} sums to {}, expected 1 (W must be {})", what, wrong.at,
                                    wrong.sum, name(promised))};
  };
  if (row.at >= 0 && promised != Stochasticity::columns) refuse("row", row);
  if (column.at >= 0 && promised != Stochasticity::rows) refuse("column", column);
  if (row.at >= 0) return Stochasticity::columns;
  return column.at >= 0 ? Stochasticity::rows : Stochasticity::doubly;
}

bool close(const SparseMatrix& a, const SparseMatrix& b) {
  for (Eigen::Index i = 0; i < a.outerSize(); ++i)
    for (InRow x(a, i), y(b, i); x; ++x, ++y)
      if (std::abs(x.value() - y.value()) > tolerance) return false;
  return true;
}

template <class Next>
void check_reached(NodeId nodes, const Next& next) {
  BreadthFirst search{nodes};
  search.search(0, next);
  if (search.all_reached()) return;
  NodeId lost = 0;
  while (search.reached(lost)) ++lost;
  throw TopologyError{
      fmt::format("the graph is not connected: of {} nodes, {} are linked with node 0, and node {} is not", nodes,
                  search.order().size(), lost)};
}

}  // namespace

std::string_view name(Stochasticity stochasticity) {
  switch (stochasticity) {
    case Stochasticity::doubly:
      return "doubly stochastic";
    case Stochasticity::rows:
      return "row-stochastic";
    case Stochasticity::columns:
      return "column-stochastic";
  }
  return "";
}

Mixing::Lists::Lists(const SparseMatrix& rows) {
  begins_.reserve(static_cast<std::size_t>(rows.rows()) + 1);
  nodes_.reserve(static_cast<std::size_t>(rows.nonZeros()));
  begins_.push_back(0);
  for (Eigen::Index i = 0; i < rows.outerSize(); ++i) {
    for (InRow entry(rows, i); entry; ++entry)
      if (entry.col() != i) nodes_.push_back(static_cast<NodeId>(entry.col()));
    begins_.push_back(static_cast<std::int32_t>(nodes_.size()));
  }
  nodes_.shrink_to_fit();
}

Mixing::Mixing(SparseMatrix w, MixingPromise promise) {
  check_shape(w);
  w.prune([](Eigen::Index, Eigen::Index, double weight) { return weight != 0; });
  w.makeCompressed();
  check_entries(w, promise.diagonal);
  stochasticity_ = checked_sums(w, promise.stochasticity);

  senders_ = Lists{w};
  weights_.reserve(senders_.size());
  own_weights_.resize(static_cast<std::size_t>(w.rows()));
  for (Eigen::Index i = 0; i < w.outerSize(); ++i) {
    for (InRow entry(w, i); entry; ++entry) {
      if (entry.col() == i) {
        own_weights_[static_cast<std::size_t>(i)] = entry.value();
      } else {
        weights_.push_back(entry.value());
      }
    }
  }
  const SparseMatrix transposed = w.transpose();
  if (Lists by_sender{transposed}; by_sender != senders_) receivers_ = std::move(by_sender);
  symmetric_ = !is_directed() && close(w, transposed);

  if (promise.connectivity == Connectivity::any) return;
  check_reached(size(), [this](NodeId i) { return neighbors(i); });
  // If W is doubly stochastic, as much weight leaves every set of nodes as enters it. So a node that is reached has a
  // path back, and one search proves that W is strongly connected.
  if (stochasticity_ != Stochasticity::doubly && is_directed())
    check_reached(size(), [this](NodeId i) { return receivers(i); });
}

double Mixing::weight(NodeId i, NodeId j) const {
  if (i == j) return own_weights_[static_cast<std::size_t>(i)];
  const auto at = position(i, j);
  return at ? weights_[senders_.begin(i) + static_cast<std::size_t>(*at)] : 0;
}

SparseMatrix Mixing::matrix() const {
  SparseMatrix w(size(), size());
  w.reserve(static_cast<Eigen::Index>(weights_.size() + own_weights_.size()));
  for (NodeId i = 0; i < size(); ++i) {
    w.startVec(i);
    const auto list = neighbors(i);
    const auto above = std::lower_bound(list.begin(), list.end(), i);
    const double* weight = weights_.data() + senders_.begin(i);
    for (auto j = list.begin(); j != above; ++j) w.insertBack(i, *j) = *weight++;
    if (const double own = this->weight(i, i); own != 0) w.insertBack(i, i) = own;
    for (auto j = above; j != list.end(); ++j) w.insertBack(i, *j) = *weight++;
  }
  w.finalize();
  return w;
}

std::optional<Index> Mixing::position(NodeId i, NodeId j) const {
  const auto list = neighbors(i);
  const auto at = std::lower_bound(list.begin(), list.end(), j);
  if (at == list.end() || *at != j) return std::nullopt;
  return at - list.begin();
}

}  // namespace gossamer
