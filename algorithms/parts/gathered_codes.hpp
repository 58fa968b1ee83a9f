#pragma once
#include <memory>
#include <span>
#include <utility>

#include "sim/node.hpp"

namespace gossamer {

/// Vectors that all nodes encode and gather, and the same vector that all make of them.
class GatheredCodes {
 public:
  /// One vector of those of all nodes, in the order of nodes.
  using Reduction = Params (*)(Node& node, std::span<const Params> vectors);

  /// Without a codec vectors travel in full.
  GatheredCodes(Node& node, std::shared_ptr<const Codec> codec, Reduction reduction)
      : node_{node}, codec_{std::move(codec)}, reduction_{reduction} {}

  /// Encodes v, gathers the codes of all nodes that are alive, and reduces the vectors as which they decode.
  Part<Params> of(Params v);

  /// The own vector of the last `of`, as all nodes decode it.
  const Params& own() const { return own_; }

 private:
  Params decoded(const Encoded& message);

  Node& node_;
  std::shared_ptr<const Codec> codec_;
  Reduction reduction_;
  Params own_;
};

/// (1/n) Σ_j v_j
Params mean_of(Node& node, std::span<const Params> vectors);
/// Σ_j v_j
Params sum_of(Node& node, std::span<const Params> vectors);
/// For each coordinate the mean of the vectors that are not zero there; zero if all are.
Params mean_over_senders(Node& node, std::span<const Params> vectors);

}  // namespace gossamer
