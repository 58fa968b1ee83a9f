#include "sim/learning/models/batches.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace gossamer;

namespace {

std::vector<Index> shard_of(Index size) {
  std::vector<Index> shard(static_cast<std::size_t>(size));
  std::iota(shard.begin(), shard.end(), Index{100});
  return shard;
}

std::vector<Index> batch(Sampling sampling, const std::vector<Index>& shard, std::size_t size, std::uint64_t step,
                         NodeId node = 3, std::uint64_t seed = 7) {
  std::vector<Index> result(size);
  draw_batch(sampling, seed, node, step, shard, result);
  return result;
}

}  // namespace

TEST_CASE("A permutation visits every number once, for every size") {
  for (Index size = 1; size <= 300; ++size) {
    const Permutation order{size, Draws{1, Purpose::batch, 0, static_cast<std::uint64_t>(size)}};
    std::vector<int> seen(static_cast<std::size_t>(size), 0);
    for (Index place = 0; place < size; ++place) ++seen.at(static_cast<std::size_t>(order(place)));
    REQUIRE(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }));
  }
}

TEST_CASE("All orders of a few numbers occur about equally often") {
  // 200 draws for each of the orders: a count is nearly binomial, so chi-square has mean orders − 1 and standard
  // deviation sqrt(2 (orders − 1)). Six of them are allowed.
  for (const auto& [size, orders] : {std::pair{3, 6}, {4, 24}, {5, 120}, {6, 720}}) {
    std::map<std::vector<Index>, int> counts;
    for (int k = 0; k < 200 * orders; ++k) {
      const Permutation order{size, Draws{2, Purpose::batch, 0, static_cast<std::uint64_t>(k)}};
      std::vector<Index> values;
      for (Index place = 0; place < size; ++place) values.push_back(order(place));
      ++counts[values];
    }
    CHECK(counts.size() == static_cast<std::size_t>(orders));
    double chi_square = 0;
    for (const auto& [values, count] : counts) chi_square += (count - 200.0) * (count - 200.0) / 200.0;
    CHECK(chi_square < orders - 1 + 6 * std::sqrt(2.0 * (orders - 1)));
  }
}

TEST_CASE("A batch depends only on seed, node and step") {
  const auto shard = shard_of(1000);
  for (const Sampling sampling : {Sampling::with_replacement, Sampling::reshuffled}) {
    const auto first = batch(sampling, shard, 32, 5);
    CHECK(first == batch(sampling, shard, 32, 5));
    CHECK(first != batch(sampling, shard, 32, 6));
    CHECK(first != batch(sampling, shard, 32, 5, 4));
    CHECK(first != batch(sampling, shard, 32, 5, 3, 8));
  }
}

TEST_CASE("Sampling with replacement takes every sample equally often") {
  // 50 samples, 2000 batches of 25: each count is binomial with mean 1000 and deviation sqrt(1000 · 0.98) = 31.3; six
  // deviations are exceeded by one of 50 counts with probability below 1e-7.
  const auto shard = shard_of(50);
  std::vector<int> counts(50, 0);
  for (std::uint64_t step = 0; step < 2000; ++step)
    for (const Index k : batch(Sampling::with_replacement, shard, 25, step))
      ++counts.at(static_cast<std::size_t>(k - 100));
  for (const int count : counts) CHECK(std::abs(count - 1000) < 6 * 31.3);
}

TEST_CASE("A reshuffled epoch takes every sample once, also if batches span two epochs") {
  const auto shard = shard_of(10);
  std::vector<Index> stream;
  for (std::uint64_t step = 0; step < 10; ++step)
    for (const Index k : batch(Sampling::reshuffled, shard, 7, step)) stream.push_back(k);
  std::vector<std::vector<Index>> epochs;
  for (auto epoch = stream.begin(); epoch != stream.end(); epoch += 10) {
    epochs.emplace_back(epoch, epoch + 10);
    std::vector<Index> sorted = epochs.back();
    std::sort(sorted.begin(), sorted.end());
    CHECK(sorted == shard);
  }
  CHECK(epochs[0] != epochs[1]);
  CHECK(epochs[1] != epochs[2]);
}

TEST_CASE("A batch larger than the shard goes through several epochs") {
  const auto shard = shard_of(4);
  auto taken = batch(Sampling::reshuffled, shard, 12, 0);
  std::sort(taken.begin(), taken.end());
  CHECK(taken == std::vector<Index>{100, 100, 100, 101, 101, 101, 102, 102, 102, 103, 103, 103});
}
