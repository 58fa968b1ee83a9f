#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "tests/sim/compression/vectors.hpp"

/// Encoding and decoding of every compressor, float32, one thread: coordinates and bytes of the vector per second, and
/// the share of the roof, which is memory bandwidth over the bytes that have to be read and written.
namespace gossamer {
namespace {

using namespace testing;

constexpr std::size_t d = 1 << 20;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Bytes per second of a ← a + b over vectors larger than any cache: two reads and one write.
double memory_bandwidth() {
  constexpr std::size_t length = 1 << 25;
  constexpr int repetitions = 10;
  std::vector<float> a(length, 1), b(length, 2);
  double best = std::numeric_limits<double>::infinity();
  for (int r = 0; r < repetitions; ++r) {
    const double start = seconds_now();
    for (std::size_t k = 0; k < length; ++k) a[k] += b[k];
    benchmark::DoNotOptimize(a.data());
    best = std::min(best, seconds_now() - start);
  }
  return 3 * sizeof(float) * static_cast<double>(length) / best;
}

struct Message {
  std::vector<float> v = normal_vector<float>(d);
  std::vector<float> decoded = std::vector<float>(d);
  std::vector<std::byte> bytes;
  EncodedSize size;

  explicit Message(const Codec& codec) : bytes(static_cast<std::size_t>(codec.room(d, sizeof(float)))) {
    encode(codec);
    decode(codec);
  }
  void encode(const Codec& codec) { size = codec.encode(std::span<const float>{v}, draws_of(1), bytes.data()); }
  void decode(const Codec& codec) {
    codec.decode(std::span{bytes}.first(static_cast<std::size_t>(size.stored)), draws_of(1), std::span<const float>{v},
                 std::span{decoded});
  }
};

/// ‖Q(v) − v‖² / ‖v‖² at most, for a Gaussian vector of this length and the settings below.
struct Case {
  Kind kind;
  double error;
};

void report(benchmark::State& state, const Message& message) {
  static const double roof = memory_bandwidth();
  const auto vectors = static_cast<double>(state.iterations());
  const double bytes = (sizeof(float) * static_cast<double>(d) + static_cast<double>(message.size.stored)) * vectors;
  state.counters["coordinates"] = {static_cast<double>(d) * vectors, benchmark::Counter::kIsRate};
  state.counters["bytes"] = {bytes, benchmark::Counter::kIsRate};
  state.counters["roofline"] = {bytes / roof, benchmark::Counter::kIsRate};
}

void check(benchmark::State& state, const Message& message, double error) {
  if (squared_distance(message.decoded, message.v) > error * squared_norm(message.v))
    state.SkipWithError("what was decoded is farther off than the compressor promises");
}

void encode(benchmark::State& state, const Case& compressor) {
  const Codec& codec = *compressor.kind.codec;
  Message message{codec};
  for (auto _ : state) {
    message.encode(codec);
    benchmark::DoNotOptimize(message.bytes.data());
  }
  report(state, message);
  message.decode(codec);
  check(state, message, compressor.error);
}

void decode(benchmark::State& state, const Case& compressor) {
  const Codec& codec = *compressor.kind.codec;
  Message message{codec};
  std::fill(message.decoded.begin(), message.decoded.end(), 0.0F);
  for (auto _ : state) {
    message.decode(codec);
    benchmark::DoNotOptimize(message.decoded.data());
  }
  report(state, message);
  check(state, message, compressor.error);
}

/// One draw a coordinate: the cost of random rounding in every compressor.
void draws(benchmark::State& state) {
  std::vector<std::uint32_t> words(2048);
  Draws all = draws_of(1), one = all;
  all.fill(words);
  for (const std::uint32_t word : words)
    if (word != one()) return state.SkipWithError("draws at once are not single draws");
  for (auto _ : state) {
    all.fill(words);
    benchmark::DoNotOptimize(words.data());
  }
  state.counters["draws"] = {2048.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate};
}
BENCHMARK(draws);

std::vector<std::pair<std::string, Case>> cases() {
  using Integer = std::int64_t;
  return {{"identity", {made("identity"), 0}},
          {"infinity_norm/2", {made("infinity_norm"), 0.6}},
          {"infinity_norm/8", {made("infinity_norm", {{"bits", Integer{8}}}), 2e-4}},
          {"lattice/256", {made("lattice", {{"side", 0.01}}), 1e-4 / 10}},
          {"lattice/16", {made("lattice", {{"side", 0.01}, {"colors", Integer{16}}}), 1e-4 / 10}},
          {"lattice/256/hash", {made("lattice", {{"side", 0.01}, {"hash", true}}), 1e-4 / 10}},
          {"natural", {made("natural"), 1.0 / 8}},
          {"qsgd/16/rescaled", {made("qsgd", {{"rescaled", true}}), 1}},
          {"random_k/1%", {made("random_k", {{"fraction", 0.01}}), 1}},
          {"scaled_sign", {made("scaled_sign"), 0.4}},  // 1 − 2/π
          {"terngrad", {made("terngrad"), 5}},  // ‖v‖_∞ ‖v‖₁ / ‖v‖₂² − 1, at five standard deviations
          {"top_k/1%", {made("top_k", {{"fraction", 0.01}}), 0.95}}};
}

const bool registered = [] {
  for (const auto& [name, compressor] : cases()) {
    benchmark::RegisterBenchmark(("encode/" + name).c_str(), [c = compressor](benchmark::State& s) { encode(s, c); });
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), [c = compressor](benchmark::State& s) { decode(s, c); });
  }
  return true;
}();

}  // namespace
}  // namespace gossamer
