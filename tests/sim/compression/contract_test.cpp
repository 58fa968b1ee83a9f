#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compression/compression_error.hpp"
#include "tests/sim/compression/vectors.hpp"

// The promises of every compressor.
namespace gossamer {
namespace {

using namespace testing;

TEST_CASE("Every kind of the registry is tested here") {
  std::set<std::string> tested{"none"};
  for (const Kind& kind : kinds()) tested.insert(kind.name);
  for (const CompressorEntry& entry : compressors()) CHECK(tested.contains(entry.name));
  CHECK(made("none").codec == nullptr);
}

/// Encodes and decodes the difficult vectors, in one scalar type.
template <class Scalar>
void check_sizes() {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    const Codec& codec = *kind.codec;
    for (const auto& v : hard_vectors<Scalar>()) {
      const auto d = static_cast<Index>(v.size());
      const Sent<Scalar> once = sent(codec, v, draws_of(1), v), again = sent(codec, v, draws_of(1), v);
      CHECK(once.x == again.x);
      CHECK(once.decoded);
      CHECK(once.size.stored <= codec.room(d, sizeof(Scalar)));
      CHECK(once.size.wire <= codec.most_bytes(d));
      if (codec.same_size()) CHECK(once.size.stored == codec.room(d, sizeof(Scalar)));
      if (codec.same_size()) CHECK(once.size.wire == codec.most_bytes(d));
      if (sizeof(Scalar) == Codec::wire_value_bytes) CHECK(once.size.stored == once.size.wire);
    }
  }
}

TEST_CASE("Messages have their declared sizes in both scalar types, and are a function of the draws") {
  check_sizes<float>();
  check_sizes<double>();
}

TEST_CASE("A message has no fewer than the packed bits, and at most 4 % and a few words more") {
  for (const Kind& kind : kinds()) {
    if (kind.name == "random_gossip") continue;  // its bits are a mean
    CAPTURE(kind.name);
    for (const Index d : {1, 5, 512, 2048, 7850, 100'000}) {
      const double packed = kind.codec->bits(d).packed, travels = 8.0 * static_cast<double>(kind.codec->most_bytes(d));
      CHECK(travels >= packed - 1e-6);
      if (kind.name != "top_k") CHECK(travels <= 1.04 * packed + 3 * 64);
    }
  }
}

TEST_CASE("Nominal bits are those of the papers") {
  using Integer = std::int64_t;
  constexpr Index d = 7850;
  const auto nominal = [](const Kind& kind) { return kind.codec->bits(d).nominal; };
  CHECK(nominal(made("identity")) == 32 * d);
  CHECK(nominal(made("chosen")) == 32 * d);
  CHECK(nominal(made("infinity_norm", {{"bits", Integer{2}}})) == 2 * d + 32 * 16);  // blocks of 512
  CHECK(nominal(made("lattice", {{"side", 1.0}})) == 8 * d);
  CHECK(nominal(made("lattice", {{"side", 1.0}, {"hash", true}})) == 8 * d + 32);
  CHECK(nominal(made("natural")) == 9 * d);
  CHECK(nominal(made("qsgd")) == 5 * d + 32);
  CHECK(nominal(made("random_gossip", {{"probability", 0.25}})) == 8 * d);
  CHECK(nominal(made("random_k", {{"k", Integer{100}}})) == 100 * (32 + 13));
  CHECK(nominal(made("scaled_sign")) == d + 32);
  CHECK(nominal(made("terngrad")) == std::log2(3.0) * d + 32);
  const Kind top = made("top_k", {{"k", Integer{100}}});
  CHECK(nominal(top) == 100 * (32 + 13));
  CHECK(top.codec->bits(d).authors == 64 * 100);
  CHECK(8 * top.codec->most_bytes(d) == (32 + 13) * 100 + 4);                  // whole bytes
  CHECK(made("random_k", {{"k", Integer{100}}}).codec->most_bytes(d) == 400);  // both sides draw the positions
  CHECK(made("lattice", {{"side", 1.0}, {"colors", Integer{16}}}).codec->bits(d).authors == 8 * d);
}

TEST_CASE("A fraction keeps ⌈fraction · d⌉ coordinates, and no more than there are") {
  const auto kept = [](double fraction, Index d) {
    return made("random_k", {{"fraction", fraction}}).codec->most_bytes(d) / 4;
  };
  CHECK(kept(0.1, 30) == 3);  // though 0.1 · 30 > 3 in binary
  CHECK(kept(0.1, 31) == 4);
  CHECK(kept(0.001, 5) == 1);
  CHECK(kept(1, 31) == 31);
  CHECK(made("top_k", {{"k", std::int64_t{10}}}).codec->most_bytes(4) == 4 * 4 + 1);
}

TEST_CASE("Settings that contradict each other are refused") {
  using Integer = std::int64_t;
  CHECK_THROWS_AS(made("top_k"), CompressionError);
  CHECK_THROWS_AS(made("random_k", {{"k", Integer{1}}, {"fraction", 0.5}}), CompressionError);
  CHECK_THROWS_AS(made("lattice"), CompressionError);
  CHECK_THROWS_AS(made("lattice", {{"side", 1.0}, {"y_max", 1.0}}), CompressionError);
  CHECK_THROWS_WITH_AS(made("lattice", {{"side", 1.0}, {"colors", Integer{12}}}),
                       "\"colors\" is 12; expected a power of two from 2 to 65536", CompressionError);
}

TEST_CASE(
    "A vector that has left the numbers does so at the receiver, too, or stays with the sender: nothing crashes") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      std::vector<double> v = normal_vector<double>(700);
      v[3] = bad;
      CHECK(sent(*kind.codec, v, draws_of(2), normal_vector<double>(700)).x.size() == 700);
      std::vector<float> w(v.begin(), v.end());
      CHECK(sent(*kind.codec, w, draws_of(2), normal_vector<float>(700)).x.size() == 700);
    }
  }
  for (const char* const name : {"infinity_norm", "qsgd", "terngrad", "scaled_sign", "identity"}) {
    std::vector<float> v = normal_vector<float>(100);
    v[50] = std::numeric_limits<float>::infinity();
    CHECK_FALSE(std::isfinite(sent(*made(name).codec, v, draws_of(3)).x[50]));
  }
}

}  // namespace
}  // namespace gossamer
