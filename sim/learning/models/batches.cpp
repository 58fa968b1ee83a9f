#include "sim/learning/models/batches.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gossamer {
namespace {

constexpr Index small_domain = 1024;

/// A uniform number below `bound` < 2³² that depends on every bit of key and x: the finalizer of SplitMix64 (Steele,
/// Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), scaled.
std::uint64_t round_function(std::uint64_t key, std::uint64_t x, std::uint64_t bound) {
  std::uint64_t z = key + x * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return (z >> 32) * bound >> 32;
}

std::uint64_t sum_modulo(std::uint64_t x, std::uint64_t y, std::uint64_t modulus) {
  const std::uint64_t sum = x + y;
  return sum >= modulus ? sum - modulus : sum;
}

}  // namespace

Permutation::Permutation(Index size, Draws draws)
    : rounds_{size < small_domain ? most_rounds : 8},
      size_{static_cast<std::uint64_t>(size)},
      left_size_{static_cast<std::uint64_t>(std::ceil(std::sqrt(static_cast<double>(size))))},
      right_size_{(size_ + left_size_ - 1) / left_size_},
      keys_{} {
  for (std::size_t round = 0; round < rounds_; ++round) {
    const std::uint64_t high = draws();
    keys_[round] = high << 32 | draws();
  }
}

Index Permutation::operator()(Index place) const {
  auto x = static_cast<std::uint64_t>(place);
  do {
    std::uint64_t left = x % left_size_;
    std::uint64_t right = x / left_size_;
    for (std::size_t round = 0; round < rounds_; round += 2) {
      left = sum_modulo(left, round_function(keys_[round], right, left_size_), left_size_);
      right = sum_modulo(right, round_function(keys_[round + 1], left, right_size_), right_size_);
    }
    x = right * left_size_ + left;
  } while (x >= size_);
  return static_cast<Index>(x);
}

void draw_batch(Sampling sampling, std::uint64_t seed, NodeId node, std::uint64_t step, std::span<const Index> shard,
                std::span<Index> batch) {
  if (sampling == Sampling::with_replacement) {
    Draws draws{seed, Purpose::batch, node, step};
    for (Index& sample : batch) sample = shard[draws.below(shard.size())];
    return;
  }
  std::uint64_t position = step * batch.size();
  for (std::size_t k = 0; k < batch.size();) {
    const std::uint64_t epoch = position / shard.size();
    const Permutation order{static_cast<Index>(shard.size()), Draws{seed, Purpose::batch, node, epoch}};
    for (; k < batch.size() && position / shard.size() == epoch; ++k, ++position)
      batch[k] = shard[static_cast<std::size_t>(order(static_cast<Index>(position % shard.size())))];
  }
}

double variance_of_batch(Sampling sampling, Index batch, Index shard) {
  const auto size = static_cast<double>(batch), all = static_cast<double>(shard);
  if (sampling == Sampling::with_replacement) return 1 / size;
  if (shard == 1) return 0;
  const Index steps = shard / std::gcd(shard, batch);  // then the boundaries of epochs repeat
  double sum = 0;
  for (Index step = 0; step < steps; ++step) {
    Index place = step * batch % shard;
    for (Index rest = batch; rest > 0;) {
      const Index length = std::min(rest, shard - place);
      sum += static_cast<double>(length) * static_cast<double>(shard - length) / (all - 1);
      rest -= length;
      place = 0;
    }
  }
  return sum / (size * size) / static_cast<double>(steps);
}

}  // namespace gossamer
