#include "sim/mpi/mpi_session.hpp"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/sim/mpi/session.hpp"

namespace gossamer {
namespace {

using testing::session;

TEST_CASE("Rank 0's value is agreed on, and rank 0 gathers the values of all") {
  const double rank = session().rank();
  CHECK(session().value_of_rank_0(rank + 7) == 7);
  const auto all = session().gathered(std::vector{rank, -rank});
  REQUIRE(all.size() == (session().rank() == 0 ? static_cast<std::size_t>(session().ranks()) : 0));
  for (std::size_t k = 0; k < all.size(); ++k)
    CHECK(all[k] == std::vector{static_cast<double>(k), -static_cast<double>(k)});
}

TEST_CASE("The first complaint and the first different number are known on all ranks") {
  using Words = std::optional<std::string>;
  const int rank = session().rank();
  CHECK(session().first_complaint(Words{}) == Words{});
  CHECK(session().first_complaint(rank >= 1 ? Words{std::to_string(rank)} : Words{}) == Words{"1"});
  CHECK(session().first_different(7) == std::nullopt);
  CHECK(session().first_different(rank >= 1 ? 8 : 7) == std::optional{1});
}

}  // namespace
}  // namespace gossamer
