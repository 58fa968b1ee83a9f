#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "topologies/mixing.hpp"

namespace gossamer {

/// A mixing matrix for every round: W(0), W(1), …, all of one size.
///
/// W(k) is a pure function of k: nodes, ranks and reruns get the same matrix for the same round, in any order of calls.
/// A single round need not be connected; only the product over several rounds matters.
class MixingSchedule {
 public:
  virtual ~MixingSchedule() = default;

  /// W(k). Cheap if calls come in about the order of rounds, since nodes that are close in time share matrices.
  /// Only one thread at a time may call it.
  virtual std::shared_ptr<const Mixing> round(std::uint64_t k) const = 0;

  /// P such that W(k + P) = W(k) for all k; empty if rounds are drawn at random.
  virtual std::optional<std::uint64_t> period() const = 0;
};

}  // namespace gossamer
