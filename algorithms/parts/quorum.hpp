#pragma once
#include <cstddef>
#include <limits>

#include "sim/node.hpp"

namespace gossamer {

/// The end of a round of a server: the K-th message that counts, or the end of a grace window after it.
class Quorum {
 public:
  /// K ≥ 1, grace ≥ 0; 0: no window.
  Quorum(Node& node, std::size_t wanted, Seconds grace) : node_{node}, wanted_{wanted}, grace_{grace} {}

  /// Counts the message that came last.
  void count() {
    if (++counted_ == wanted_) deadline_ = node_.now() + grace_;
  }
  /// Whether the round is over with the last message.
  bool is_over() const { return counted_ >= wanted_ && grace_ == Seconds{0}; }
  /// The end of the window; infinite before the K-th message.
  Seconds deadline() const { return deadline_; }

 private:
  Node& node_;
  std::size_t wanted_;
  Seconds grace_;
  std::size_t counted_ = 0;
  Seconds deadline_{std::numeric_limits<double>::infinity()};
};

}  // namespace gossamer
