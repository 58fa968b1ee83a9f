#include "sim/learning/data/split.hpp"

#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/learning/data/sampling.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

/// The stream of the draws for Purpose::split that a choice takes.
enum Choice : std::uint64_t { test_part, train_limit, test_limit };

Draws draws_of(std::uint64_t seed, Choice choice) { return {seed, Purpose::split, 0, choice}; }

void limit(Samples& part, std::optional<Index> kept, std::string_view which, const std::string& name, Draws draws) {
  if (!kept || *kept == part.count()) return;
  if (*kept > part.count())
    throw LearningError{
        fmt::format("{}: {} samples shall be kept of the {} part, which has {}", name, *kept, which, part.count())};
  part = select(part, random_subset(part.count(), *kept, draws));
}

}  // namespace

void split_off_test(Dataset& data, double fraction, std::uint64_t seed) {
  if (fraction == 0) return;
  if (data.test.count() > 0)
    throw LearningError{fmt::format("{}: a test fraction of {} was asked for, but there is a test part of {} samples",
                                    data.name, fraction, data.test.count())};
  const Index all = data.train.count();
  const auto moved = static_cast<Index>(std::llround(fraction * static_cast<double>(all)));
  if (moved <= 0 || moved >= all)
    throw LearningError{
        fmt::format("{}: a test fraction of {} leaves {} training and {} test samples of {}, expected "
                    "at least one of each",
                    data.name, fraction, all - moved, moved, all)};
  const std::vector<Index> chosen = random_subset(all, moved, draws_of(seed, test_part));
  data.test = select(data.train, chosen);
  data.train = select(data.train, complement(chosen, all));
}

void limit_samples(Dataset& data, std::optional<Index> train, std::optional<Index> test, std::uint64_t seed) {
  limit(data.train, train, "training", data.name, draws_of(seed, train_limit));
  limit(data.test, test, "test", data.name, draws_of(seed, test_limit));
}

}  // namespace gossamer
