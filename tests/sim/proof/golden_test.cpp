#include <cmath>

#include <doctest/doctest.h>

#include "sim/proof/worst_case.hpp"
#include "tests/sim/proof/golden_programs.hpp"

namespace gossamer::testing {
namespace {

TEST_CASE("Programs have the worst cases that a prototype found for their papers' formulas, to 1e-6") {
  CHECK(golden_worst_cases.size() == 76);
  for (const GoldenWorstCase& golden : golden_worst_cases) {
    CAPTURE(name_of(golden));
    const WorstCase worst = worst_case(program_of(golden), settings_of(golden));
    CHECK(std::abs(worst.value - golden.value) <= 1e-6 * golden.value);
    CHECK(worst.certificate > 0);
    CHECK(worst.gap < 1e-6);
  }
}

}  // namespace
}  // namespace gossamer::testing
