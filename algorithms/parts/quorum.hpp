#pragma once
#include <cstddef>
#include <limits>

#include "sim/node.hpp"

namespace gossamer {

/// The end of a round of a server: a grace window after the K-th message that counts, or that message if there is no
/// window.
///
///     Quorum quorum{node, k, grace};
///     while (!quorum.is_over()) {
///       const auto message = co_await node.receive_any(workers, quorum.deadline());
///       if (!message) break;
///       quorum.count();
///     }
class Quorum {
 public:
  /// K ≥ 1, grace ≥ 0.
  Quorum(const Node& node, std::size_t wanted, Seconds grace) : node_{node}, wanted_{wanted}, grace_{grace} {}

  /// Counts the message that came last.
  void count() {
    if (++counted_ == wanted_) deadline_ = node_.now() + grace_;
  }

  /// The time at which the round ends; infinite before the K-th message.
  Seconds deadline() const { return deadline_; }
  /// Whether it has ended with the K-th message.
  bool is_over() const { return counted_ >= wanted_ && grace_ == Seconds{0}; }

 private:
  const Node& node_;
  std::size_t wanted_;
  Seconds grace_;
  std::size_t counted_ = 0;
  Seconds deadline_{std::numeric_limits<double>::infinity()};
};

}  // namespace gossamer
