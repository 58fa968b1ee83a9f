#include "sim/learning/data/split.hpp"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "sim/learning/data/sampling.hpp"
#include "sim/learning/problem.hpp"
#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

/// Sample k has the one feature k and the target k.
Dataset numbered(Index samples) {
  Dataset data;
  data.name = "numbered";
  data.train.labels = Eigen::VectorXd::LinSpaced(samples, 0, static_cast<double>(samples - 1));
  data.train.dense = data.train.labels.transpose();
  return data;
}

std::vector<double> labels(const Samples& part) { return {part.labels.begin(), part.labels.end()}; }

}  // namespace

TEST_CASE("the test part is a random share of the samples, both parts keep order, no sample is lost or doubled") {
  Dataset data = numbered(1000);
  split_off_test(data, 0.3, 7);
  const auto train = labels(data.train), test = labels(data.test);
  CHECK(train.size() == 700);
  CHECK(test.size() == 300);
  CHECK(std::is_sorted(train.begin(), train.end()));
  CHECK(std::is_sorted(test.begin(), test.end()));
  std::vector<double> all;
  std::merge(train.begin(), train.end(), test.begin(), test.end(), std::back_inserter(all));
  CHECK(all == labels(numbered(1000).train));
  CHECK(data.train.dense == data.train.labels.transpose());
}

TEST_CASE("the seed decides which samples are split off, and nothing else does") {
  const auto test_part = [](std::uint64_t seed) {
    Dataset data = numbered(100);
    split_off_test(data, 0.2, seed);
    return labels(data.test);
  };
  CHECK(test_part(1) == test_part(1));
  CHECK(test_part(1) != test_part(2));
}

TEST_CASE("a limit keeps a random subset in order") {
  Dataset data = numbered(100);
  split_off_test(data, 0.5, 1);
  const auto whole = labels(data.train);
  limit_samples(data, 20, 50, 1);
  const auto kept = labels(data.train);
  CHECK(kept.size() == 20);
  CHECK(data.test.count() == 50);
  CHECK(std::includes(whole.begin(), whole.end(), kept.begin(), kept.end()));
  CHECK(kept != std::vector<double>(whole.begin(), whole.begin() + 20));
  CHECK(message_of<InputError>([&] { limit_samples(data, 21, std::nullopt, 1); }) ==
        "numbered: 21 samples shall be kept of the training part, which has 20");
}

TEST_CASE("splits that leave nothing, or that meet a test part, are refused") {
  const auto complaint = [](Dataset data, double fraction) {
    return message_of<InputError>([&] { split_off_test(data, fraction, 1); });
  };
  CHECK(complaint(numbered(10), 0).empty());
  CHECK(complaint(numbered(10), 0.04) ==
        "numbered: a test fraction of 0.04 leaves 10 training and 0 test samples of 10, expected at least one of each");
  CHECK(complaint(numbered(10), 0.96).find("leaves 0 training and 10 test samples") != std::string::npos);
  Dataset data = numbered(10);
  data.test = numbered(3).train;
  CHECK(complaint(data, 0.5) ==
        "numbered: a test fraction of 0.5 was asked for, but there is a test part of 3 samples");
}

TEST_CASE("every subset is equally likely, and so is every order") {
  // 6 subsets of 2 of 4 and 6 orders of 3, each 6000 times in 36,000 draws but for a binomial deviation of
  // √(36,000 · 1/6 · 5/6) = 71: 5 deviations are 355, passed with probability 1 − 12 · 6e-7.
  std::map<std::vector<Index>, int> subsets, orders;
  for (std::uint64_t k = 0; k < 36'000; ++k) {
    const Draws draws{3, Purpose::split, 9, k};
    ++subsets[random_subset(4, 2, draws)];
    std::vector<Index> order{0, 1, 2};
    shuffle(order, draws);
    ++orders[order];
  }
  for (const auto& counts : {subsets, orders}) {
    CHECK(counts.size() == 6);
    for (const auto& [items, count] : counts) CHECK(std::abs(count - 6000) < 355);
  }
}
