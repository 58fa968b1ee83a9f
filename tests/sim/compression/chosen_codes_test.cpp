#include "sim/compression/chosen_codes.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compression/compression_error.hpp"
#include "tests/sim/compression/vectors.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using namespace testing;

TEST_CASE("A chosen code is that of the closest vector, moved as far as the vector is off") {
  const ChosenCodes codec{{.vectors = {0, 0, 4, 0}, .codes = {1, 1, 4, 0.5}}};
  const auto code = [&](const std::vector<double>& v) { return sent(codec, v, draws_of(1), v).x; };
  CHECK(code({4, 0}) == std::vector<double>{4, 0.5});
  CHECK(code({3, -0.5}) == std::vector<double>{3, 0});
  CHECK(code({0.5, 0}) == std::vector<double>{1.5, 1});
  const ChosenCodes none{{}};
  CHECK(sent(none, std::vector<double>{7, -3}, draws_of(1), {}).x == std::vector<double>{7, -3});
}

TEST_CASE("Lists of vectors and codes that do not match are refused") {
  const auto complaint = [](const auto& act) { return message_of<CompressionError>(act); };
  CHECK(complaint([] {
          ChosenCodes{{.vectors = {1, 2}, .codes = {1}}};
        }) == "chosen: codes has 1 numbers, expected 2, as vectors has");
  const ChosenCodes codec{{.vectors = {1, 2, 3}, .codes = {1, 2, 3}}};
  CHECK(complaint([&] { codec.room(2, 8); }) ==
        "chosen: vectors has 3 numbers, expected vectors of the model's dimension 2");
}

}  // namespace
}  // namespace gossamer
