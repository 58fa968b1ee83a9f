#include "experiments/trace/hash.hpp"

#include <doctest/doctest.h>

namespace gossamer {
namespace {

std::string hash_of(auto... numbers) {
  Hash hash;
  (hash.add(numbers), ...);
  return hash.text();
}

TEST_CASE("The hash of nothing is the offset basis of FNV-1a") { CHECK(Hash{}.text() == "cbf29ce484222325"); }

TEST_CASE("Eight bytes are hashed one after another, the lowest first") {
  // The bytes of "foobar\0\0" in that order; FNV-1a by its definition, byte by byte.
  const std::string text{"foobar\0\0", 8};
  std::uint64_t expected = 0xcbf29ce484222325u;
  for (const char byte : text) expected = (expected ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  // FNV-1a of "foobar" is 85944171f73967e8 (the authors' test vectors); two zero bytes multiply by the prime twice.
  CHECK(expected == 0x85944171f73967e8u * 0x100000001b3u * 0x100000001b3u);

  std::uint64_t word = 0;
  for (std::size_t k = 8; k-- > 0;) word = word << 8 | static_cast<unsigned char>(text[k]);
  CHECK(std::stoull(hash_of(word), nullptr, 16) == expected);
}

TEST_CASE("Reals count by their bits, so that the least difference shows") {
  CHECK(hash_of(1.0) == hash_of(std::uint64_t{0x3ff0000000000000}));
  CHECK(hash_of(0.0) != hash_of(-0.0));
  CHECK(hash_of(1.0) != hash_of(1.0 + 0x1p-52));
  CHECK(hash_of(1.0, 2.0) != hash_of(2.0, 1.0));
}

}  // namespace
}  // namespace gossamer
