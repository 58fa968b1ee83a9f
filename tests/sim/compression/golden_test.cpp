#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compression/infinity_norm.hpp"
#include "sim/compression/lattice.hpp"
#include "sim/compression/qsgd.hpp"
#include "sim/compression/terngrad.hpp"

namespace gossamer {
namespace {

/// Numbers u that somebody has chosen.
class Given final : public Uniforms {
 public:
  explicit Given(std::vector<double> u) : u_{std::move(u)} {}
  void fill(std::span<float> u) override { take(u); }
  void fill(std::span<double> u) override { take(u); }

 private:
  template <class Scalar>
  void take(std::span<Scalar> u) {
    for (Scalar& one : u) one = static_cast<Scalar>(u_[next_++]);
  }

  std::vector<double> u_;
  std::size_t next_ = 0;
};

const std::vector<double> v{0.3, -1.2, 0.05, 0.9, -0.6};
const std::vector<double> u{0.1, 0.5, 0.9, 0.3, 0.7};
const Draws none{1, Purpose::encoding};

/// v after encoding and decoding.
template <class Scalar, class C>
std::vector<Scalar> compressed(const C& codec) {
  const std::vector<Scalar> x(v.begin(), v.end());
  std::vector<std::byte> message(static_cast<std::size_t>(codec.room(5, sizeof(Scalar))));
  Given given{u};
  codec.write_with(std::span<const Scalar>{x}, given, message.data());
  std::vector<Scalar> result(x.size());
  codec.decode(message, none, std::span<const Scalar>{}, std::span{result});
  return result;
}

template <class C>
void check(const C& codec, const std::vector<double>& expected) {
  const std::vector<double> exact = compressed<double>(codec);
  const std::vector<float> single = compressed<float>(codec);
  for (std::size_t k = 0; k < v.size(); ++k) {
    CHECK(std::abs(exact[k] - expected[k]) <= 1e-12 * std::abs(expected[k]));
    CHECK(std::abs(static_cast<double>(single[k]) - expected[k]) <= 1e-6 * std::abs(expected[k]));
  }
}

TEST_CASE("With given u the infinity-norm quantizer gives ⌊2^{b−1} |v|/‖v‖ + u⌋ levels of ‖v‖/2^{b−1}") {
  check(InfinityNorm{{.bits = 2}}, {0, -1.2, 0, 0.6, -0.6});
  check(InfinityNorm{{.bits = 4}}, {0.3, -1.2, 0.15, 0.9, -0.6});
  // In blocks of two each pair has its own norm: 0.3/1.2 + 0.1; 0.05/0.9 + 0.9, all of the last.
  check(InfinityNorm{{.bits = 1, .block_size = 2}}, {0, -1.2, 0, 0.9, -0.6});
}

TEST_CASE("With given u QSGD gives ⌊s |v|/‖v‖₂ + u⌋ levels of ‖v‖₂/s, over τ where it is rescaled") {
  const double unit = std::sqrt(0.09 + 1.44 + 0.0025 + 0.81 + 0.36) / 4;
  check(Qsgd{{.levels = 4}}, {0, -3 * unit, unit, 2 * unit, -2 * unit});
  check(Qsgd{{.levels = 4}}, {0, -1.232946166708019, 0.410982055569340, 0.821964111138680, -0.821964111138680});
  const double tau = 1 + 5.0 / 16;  // d/s² is less than √d/s
  check(Qsgd{{.levels = 4, .rescaled = true}}, {0, -3 * unit / tau, unit / tau, 2 * unit / tau, -2 * unit / tau});
}

TEST_CASE("With given u TernGrad keeps where |v|/‖v‖_∞ + u reaches 1") { check(TernGrad{}, {0, -1.2, 0, 1.2, -1.2}); }

TEST_CASE("With a given shift the lattice quantizer sends (⌊(v − θ)/s + 1/2⌋ mod q) and finds the nearest θ + k s") {
  const Lattice codec{{.colors = 8, .side = 0.1}};
  const std::vector<double> theta{0.02, -0.03, 0, 0.04, -0.01}, from_receiver{0.2, -0.3, 0.34, -0.1, 0.35};
  const std::vector<int> nearest{3, -12, 1, 9, -6};  // (v − θ)/s is 2.8, −11.7, 0.5, 8.6, −5.9
  const std::vector<double> expected{0.32, -1.23, 0.1, 0.94, -0.61};
  std::vector<double> x = v, near = v, shift(5), decoded(5);
  x[2] += 1e-9;  // 0.5 in units of the side is a tie
  for (std::size_t k = 0; k < 5; ++k) {
    shift[k] = theta[k] / 0.1 + 0.5;
    near[k] += from_receiver[k];
  }
  std::vector<std::byte> message(static_cast<std::size_t>(codec.most_bytes(5)));
  Given ours{shift}, theirs{shift};
  codec.write_with(std::span<const double>{x}, ours, message.data());
  std::vector<std::uint32_t> colors(5);
  SymbolCode{8}.unpack(message.data(), colors);
  CHECK(colors == std::vector<std::uint32_t>{3, 4, 1, 1, 2});
  for (std::size_t k = 0; k < 5; ++k) {
    CHECK(colors[k] == static_cast<std::uint32_t>((nearest[k] + 16) % 8));
    CHECK(std::abs(expected[k] - (theta[k] + 0.1 * nearest[k])) < 1e-15);
  }
  CHECK(codec.read_with(message, theirs, std::span<const double>{near}, std::span{decoded}));
  for (std::size_t k = 0; k < 5; ++k) CHECK(std::abs(decoded[k] - expected[k]) <= 1e-12 * std::abs(expected[k]));
}

}  // namespace
}  // namespace gossamer
