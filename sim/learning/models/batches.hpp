#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/ground/quantities.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {

/// A pseudorandom order of the numbers 0 … size − 1, determined by the draws. Any place can be looked up without
/// computing the others.
///
/// A generalized Feistel cipher on Z_a × Z_b with a, b ≈ √size, applied again while its value is outside the domain:
/// Black, Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, sections 4 and 5.
/// Cost    O(1) expected: a·b exceeds the size by O(√size). The size must be below 2³². Small domains need more rounds
///         until all orders are about equally likely: with 8 rounds the orders of five numbers have a relative bias of
///         14 %.
class Permutation {
 public:
  Permutation(Index size, Draws draws);

  /// The number at `place`, 0 ≤ place < size.
  Index operator()(Index place) const;

 private:
  static constexpr std::size_t most_rounds = 24;

  std::size_t rounds_;
  std::uint64_t size_;
  std::uint64_t left_size_;   ///< a
  std::uint64_t right_size_;  ///< b
  std::array<std::uint64_t, most_rounds> keys_;
};

/// The rule that draws a minibatch from a node's samples.
enum class Sampling {
  with_replacement,  ///< independent and uniform: stochastic gradients are unbiased, and independent between steps
  reshuffled,        ///< every epoch goes through a fresh permutation; batches may span two epochs
};

/// batch ← the samples of node-step `step` at `node`, which holds `shard`. A pure function of its arguments. Cost:
/// O(|batch|).
void draw_batch(Sampling sampling, std::uint64_t seed, NodeId node, std::uint64_t step, std::span<const Index> shard,
                std::span<Index> batch);

/// The variance of the mean over a minibatch, divided by that of one uniform sample of the shard; on average over steps.
///
/// With replacement it is 1/B. A part of l samples of one epoch's permutation has a sum of variance l (m − l)/(m − 1), and
/// the parts of a reshuffled batch that are of different epochs are independent.
/// Cost    O(shard) at most.
double variance_of_batch(Sampling sampling, Index batch, Index shard);

}  // namespace gossamer
