#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/d_psgd.hpp"
#include "sim/compute/laws.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/ranks/cluster.hpp"

// Observers live on rank 0 and see all ranks.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::ClusterSetup;
using testing::is_first;
using testing::on_ranks;
using testing::Outcome;

/// Looks every 10 ms, and ends the run at the fifth look.
class Watch final : public Observer {
 public:
  std::optional<std::string> observe(const Snapshot& snapshot) override {
    times.push_back(snapshot.time);
    steps.push_back(snapshot.total.node_steps);
    models_there &=
        std::all_of(snapshot.models.begin(), snapshot.models.end(), [](const Params& x) { return bool{x}; });
    if (times.size() == 5) return "seen enough";
    return std::nullopt;
  }
  Next next() const override { return {.time = static_cast<double>(times.size()) * 10ms}; }

  std::vector<Seconds> times;
  std::vector<std::uint64_t> steps;
  bool models_there = true;
};

TEST_CASE("An observer on rank 0 sees all nodes at the times that it asks for, and may end the run") {
  constexpr NodeId n = 6;
  const Mixing w = testing::ring(n);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{5};
  Watch watch;
  const Outcome seen = on_ranks(
      {.mixing = w, .step_times = *law, .objective = &objective}, [](Node& node) { return d_psgd(node, {}); }, {}, {},
      is_first() ? &watch : nullptr);
  CHECK(seen.end.reason == End::Reason::observer);
  CHECK(seen.end.detail == "seen enough");
  if (!is_first()) return;
  REQUIRE(watch.times.size() == 5);
  CHECK(watch.models_there);
  CHECK(watch.steps[0] == 0);
  for (std::size_t k = 0; k < watch.times.size(); ++k) CHECK(watch.times[k] == static_cast<double>(k) * Seconds{10ms});
  CHECK(std::is_sorted(watch.steps.begin(), watch.steps.end()));
  CHECK(watch.steps.back() > 0);
}

/// Takes a while to look at the initial models, and never looks again.
class SlowObserver final : public Observer {
 public:
  std::optional<std::string> observe(const Snapshot& snapshot) override {
    if (std::exchange(looked_, true)) return std::nullopt;
    first = snapshot;
    std::this_thread::sleep_for(300ms);
    return std::nullopt;
  }
  Next next() const override { return looked_ ? Next{} : Next{.time = 0s}; }

  std::optional<Snapshot> first;

 private:
  bool looked_ = false;
};

TEST_CASE("Time begins when the observer has looked at what programs start with") {
  const Mixing w = testing::ring(4);
  const auto law = step_times(ConstantStep{1ms});
  const testing::Flat objective{5};
  const ClusterSetup setup{.mixing = w, .step_times = *law, .objective = &objective};
  const Program program = [](Node& node) { return d_psgd(node, {}); };
  for (const auto compute : {RankWorld::Compute::paced, RankWorld::Compute::real}) {
    SlowObserver look;
    const Outcome seen =
        on_ranks(setup, program, {.node_steps = 1}, {.compute = compute}, is_first() ? &look : nullptr);
    CHECK(seen.end.time < 100ms);  // a step and a message of 0.2 ms, on a machine that may do other things
    if (!is_first()) continue;
    REQUIRE(look.first);
    CHECK(look.first->time == 0s);
    CHECK(look.first->total.node_steps == 0);
    CHECK(look.first->total.computing == 0s);
    CHECK(std::all_of(seen.counters.begin(), seen.counters.end(),
                      [](const NodeCounters& node) { return node.node_steps == 1; }));
  }
}

}  // namespace
}  // namespace gossamer
