#pragma once
#include <array>
#include <cstddef>
#include <span>

#include "sim/ground/random.hpp"

namespace gossamer {

/// The same draws as from `Draws`, which are computed many at a time, at a fraction of the cost: for long sequences.
class BufferedDraws {
 public:
  using result_type = Draws::result_type;

  /// Continues at the position of `draws`.
  explicit BufferedDraws(const Draws& draws) : draws_{draws} {}

  static constexpr result_type min() { return Draws::min(); }
  static constexpr result_type max() { return Draws::max(); }

  result_type operator()() {
    if (next_ == end_) refill();
    return words_[next_++];
  }

  /// The next `most_ahead` draws, which `skip` passes over.
  const result_type* ahead() {
    if (end_ - next_ < most_ahead) refill();
    return words_.data() + next_;
  }
  void skip(std::size_t count) { next_ += count; }

  static constexpr std::size_t most_ahead = 32;

 private:
  static constexpr std::size_t at_once = 128;

  void refill();

  Draws draws_;
  std::array<result_type, most_ahead + at_once> words_;  ///< the draws from next_ to end_ are still to come
  std::size_t next_ = 0;
  std::size_t end_ = 0;
};

/// Standard normal draws: the same as from one call of `standard_normal` for each, at about half of the cost.
void fill_standard_normal(BufferedDraws& draws, std::span<double> values);

}  // namespace gossamer
