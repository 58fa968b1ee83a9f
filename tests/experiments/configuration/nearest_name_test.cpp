#include "experiments/configuration/nearest_name.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

TEST_CASE("The edit distance counts insertions, deletions, replacements and swaps of neighbors") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "ring") == 4);
  CHECK(edit_distance("ring", "") == 4);
  CHECK(edit_distance("kitten", "sitting") == 3);  // Levenshtein's own example: k→s, e→i, +g
  CHECK(edit_distance("tours", "torus") == 1);     // one swap
  CHECK(edit_distance("step_siez", "step_size") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // restricted: a swapped pair is not edited again
  CHECK(edit_distance("TORUS", "torus") == 0);
}

TEST_CASE("The nearest name is the one that was probably meant, and nothing where none is near") {
  const std::array<std::string, 5> names{"ring", "torus", "star", "random_regular", "latency"};
  CHECK(nearest_name("tours", names) == "torus");
  CHECK(nearest_name("Torus", names) == "torus");
  CHECK(nearest_name("random", names) == "random_regular");  // a beginning
  CHECK(nearest_name("stra", names) == "star");
  CHECK(nearest_name("latencyy", names) == "latency");
  CHECK_FALSE(nearest_name("bandwidth", names));
  CHECK_FALSE(nearest_name("", names));
}

}  // namespace
}  // namespace gossamer
