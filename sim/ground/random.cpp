#include "sim/ground/random.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace gossamer {
namespace {

constexpr std::size_t lanes = 16;
typedef std::uint32_t Words __attribute__((vector_size(4 * lanes)));
typedef std::uint64_t Products __attribute__((vector_size(4 * lanes)));  // of every other word

/// The low and high halves of factor · x.
void multiply(std::uint64_t factor, const Words& x, Words& low, Words& high) {
  constexpr std::uint64_t lower_half = 0xFFFFFFFFU;
  const auto pairs = reinterpret_cast<Products>(x);
  const Products even = (pairs & lower_half) * factor, odd = (pairs >> 32) * factor;
  low = reinterpret_cast<Words>((even & lower_half) | odd << 32);
  high = reinterpret_cast<Words>(even >> 32 | (odd & ~lower_half));
}

/// Philox4x32-10 of `lanes` consecutive counters; their first word starts at counter[0].
void philox(const r123::Philox4x32::ctr_type& counter, r123::Philox4x32::key_type key, std::uint32_t* out) {
  constexpr int rounds = 10;
  Words c0{}, c1{}, c2{}, c3{};
  for (std::size_t i = 0; i < lanes; ++i) c0[i] = counter[0] + static_cast<std::uint32_t>(i);
  c1 += counter[1];
  c2 += counter[2];
  c3 += counter[3];
  for (int round = 0; round < rounds; ++round) {
    Words low0, high0, low1, high1;
    multiply(PHILOX_M4x32_0, c0, low0, high0);
    multiply(PHILOX_M4x32_1, c2, low1, high1);
    c0 = high1 ^ c1 ^ key[0];
    c1 = low1;
    c2 = high0 ^ c3 ^ key[1];
    c3 = low0;
    key[0] += PHILOX_W32_0;
    key[1] += PHILOX_W32_1;
  }
  for (std::size_t i = 0; i < lanes; ++i) {
    const std::array<std::uint32_t, 4> block{c0[i], c1[i], c2[i], c3[i]};
    std::memcpy(out + 4 * i, block.data(), sizeof block);
  }
}

}  // namespace

void Draws::fill(std::span<result_type> words) {
  constexpr std::size_t at_once = 4 * lanes;
  std::size_t k = 0;
  for (; used_ < 4 && k < words.size(); ++k) words[k] = (*this)();
  for (; words.size() - k >= at_once; k += at_once, counter_[0] += static_cast<std::uint32_t>(lanes))
    philox(counter_, key_, words.data() + k);
  if (words.size() - k >= at_once / 2) {  // still faster than one block at a time, though some are for nothing
    std::array<result_type, at_once> blocks;
    philox(counter_, key_, blocks.data());
    const std::size_t whole = (words.size() - k) / 4;
    std::copy_n(blocks.begin(), 4 * whole, words.begin() + static_cast<std::ptrdiff_t>(k));
    counter_[0] += static_cast<std::uint32_t>(whole);
    k += 4 * whole;
  }
  for (; k < words.size(); ++k) words[k] = (*this)();
}

double standard_normal(Draws& draws) { return boost::random::normal_distribution<double>{}(draws); }

double standard_exponential(Draws& draws) { return boost::random::exponential_distribution<double>{}(draws); }

double standard_gamma(Draws& draws, double shape) {
  return boost::random::gamma_distribution<double>{shape, 1.0}(draws);
}

}  // namespace gossamer
