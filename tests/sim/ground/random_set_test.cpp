#include "sim/ground/random_set.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <doctest/doctest.h>

namespace gossamer {
namespace {

std::vector<std::size_t> members(Index k, Index d, Draws draws) {
  std::vector<std::size_t> result;
  for_each_member(random_set(k, d, draws), [&](std::size_t i) { result.push_back(i); });
  return result;
}

TEST_CASE("All sets of a size are equally likely") {
  constexpr int sets = 60'000;
  std::map<std::vector<std::size_t>, int> counts;
  for (int k = 0; k < sets; ++k) ++counts[members(3, 6, {1, Purpose::data, 0, static_cast<std::uint64_t>(k)})];
  CHECK(counts.size() == 20);
  for (const auto& [set, count] : counts)  // binomial(sets, 1/20); 5 standard deviations
    CHECK(std::abs(count - sets / 20) < 5 * std::sqrt(sets * 0.05 * 0.95));
}

TEST_CASE("A random set has as many members as asked for, in ascending order below d") {
  for (const Index d : {1, 63, 64, 65, 200}) {
    for (const Index k : {Index{0}, Index{1}, d / 2, d}) {
      const std::vector<std::size_t> all = members(k, d, {1, Purpose::data});
      REQUIRE(static_cast<Index>(all.size()) == k);
      for (std::size_t i = 1; i < all.size(); ++i) REQUIRE(all[i - 1] < all[i]);
      if (k > 0) REQUIRE(all.back() < static_cast<std::size_t>(d));
    }
  }
}

}  // namespace
}  // namespace gossamer
