#pragma once
#include <limits>
#include <optional>
#include <span>

#include "sim/node.hpp"

namespace gossamer {

/// The messages of one round of a server: those until the K-th that counts, and those that come within a grace window
/// after it. Without a window the round ends with the K-th.
///
///     Quorum quorum{node, workers, k, grace};
///     while (const auto message = co_await quorum.next())
///       if (is_answer(*message)) quorum.count();
class Quorum {
 public:
  /// Messages come from `senders`, in-neighbors in increasing order, which live as long as this. K ≥ 1, grace ≥ 0.
  Quorum(Node& node, std::span<const NodeId> senders, std::size_t wanted, Seconds grace)
      : node_{node}, senders_{senders}, wanted_{wanted}, grace_{grace} {}

  /// Counts the message that came last.
  void count() {
    if (++counted_ == wanted_) deadline_ = node_.now() + grace_;
  }

  /// The next message; nothing if the round is over, or if no sender is left.
  Part<std::optional<Received>> next() {
    if (counted_ >= wanted_ && grace_ == Seconds{0}) co_return std::nullopt;
    co_return co_await node_.receive_any(senders_, deadline_);
  }

 private:
  Node& node_;
  std::span<const NodeId> senders_;
  std::size_t wanted_;
  Seconds grace_;
  std::size_t counted_ = 0;
  Seconds deadline_{std::numeric_limits<double>::infinity()};
};

}  // namespace gossamer
