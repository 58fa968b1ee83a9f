#include "sim/compression/chunk_top_k.hpp"

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

std::vector<double> sent(const ChunkTopK& codec, const std::vector<double>& v) {
  std::vector<std::byte> message(static_cast<std::size_t>(codec.room(static_cast<Index>(v.size()), sizeof(double))));
  const Draws draws{1, Purpose::encoding};
  const EncodedSize size = codec.encode(std::span{v}, draws, message.data());
  CHECK(size.stored == static_cast<Bytes>(message.size()));
  std::vector<double> x(v.size(), 99);
  codec.decode(message, draws, std::span<const double>{}, x);
  return x;
}

TEST_CASE("Of each chunk the largest magnitudes are kept, the first among equal ones, and all of a short chunk") {
  const std::vector<double> v{1, -3, 2, 0, 5, 5, -5, 1, -7};
  for (const bool words : {false, true}) {
    const ChunkTopK two{{.k = 2, .chunk = 4, .whole_words = words}};
    CHECK(sent(two, v) == std::vector<double>{0, -3, 2, 0, 5, 5, 0, 0, -7});
  }
  CHECK(sent(ChunkTopK{{.k = 4, .chunk = 4}}, v) == v);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto with_nan = sent(ChunkTopK{{.k = 1, .chunk = 3}}, {1e300, nan, 2});
  CHECK(with_nan[0] == 0);
  CHECK(with_nan[1] != with_nan[1]);
}

TEST_CASE("The chunk of which the smallest share is kept bounds the relative error") {
  const ChunkTopK codec{{.k = 2, .chunk = 5}};
  CHECK(codec.relative_error(12)->factor == doctest::Approx(0.6));  // 2 of 5, 2 of 5 and 2 of 2
  CHECK(codec.relative_error(2)->factor == 0);
}

TEST_CASE("Chunks may be the tiles of layers") {
  // A layer of 2 × 3 weights and 2 biases: tiles of 2 × 3 and of 2.
  const ChunkTopK codec{{.k = 1, .tiling = Tiling{.layers = {{.inputs = 3, .outputs = 2}}, .side = 3}}};
  CHECK(sent(codec, {1, 2, 3, -4, 3, 2, 6, 7}) == std::vector<double>{0, 0, 0, -4, 0, 0, 0, 7});
}

TEST_CASE("A message has the bytes of its values and positions") {
  // 64 of 4096 coordinates: 64 (32 + 12) bits a chunk.
  const ChunkTopK packed{{.k = 64, .chunk = 4096}};
  CHECK(packed.most_bytes(4096) == 64 * (32 + 12) / 8);
  CHECK(packed.most_bytes(3 * 4096) == 3 * 64 * (32 + 12) / 8);
  CHECK(packed.bits(4096).nominal == 64 * (32 + 12));
  // As DeMo's authors send them: 12 bytes an entry, 32 entries of 64.
  const ChunkTopK words{{.k = 32, .chunk = 64, .whole_words = true}};
  CHECK(words.most_bytes(640) == 12 * 320);
  CHECK(words.bits(640).authors == 96 * 320);
}

}  // namespace
}  // namespace gossamer
