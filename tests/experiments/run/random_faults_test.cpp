#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/run/run_in_virtual_time.hpp"
#include "experiments/run/run_in_world.hpp"
#include "experiments/trace/timeline_writer.hpp"
#include "sim/engine/simulation.hpp"
#include "tests/experiments/run/ledger.hpp"
#include "tests/experiments/run/random_experiments.hpp"
#include "tests/temporary_folder.hpp"

// Random experiments with faults, checked by the rules of sim/faults/faults.md: the counters of a run follow from the
// events of its timeline. GOSSAMER_RANDOM_EXPERIMENTS, if set, is their number; GOSSAMER_RANDOM_SEED is the first seed.
namespace gossamer {
namespace {

using testing::Json;
using testing::Ledger;
using testing::Maker;

/// The outputs of a run.
struct Outcome {
  End end;
  std::vector<NodeCounters> counters;
  std::vector<FaultCounters> faults;
  std::vector<std::vector<double>> models;
  Seconds transfer{0};
};

Outcome run(const Experiment& experiment, Timeline* timeline, const std::atomic<bool>* interrupt) {
  const auto plane = make_plane(experiment, 1);
  Simulation simulation{simulation_of(experiment, plane.get(), timeline)};
  Outcome result;
  result.end = simulation.run(experiment.program, experiment.limits, nullptr, interrupt);
  for (NodeId i = 0; i < experiment.topology.mixing.size(); ++i) {
    result.counters.push_back(simulation.counters(i));
    result.faults.push_back(simulation.fault_counters(i));
    const Params& model = simulation.models()[static_cast<std::size_t>(i)];
    if (plane && model) result.models.push_back(plane->values(model));
  }
  result.transfer = *simulation.snapshot().transfer;
  return result;
}

bool is_near(Seconds a, Seconds b) { return std::abs((a - b).count()) <= 1e-9 * (1 + std::abs(b.count())); }

/// Every counted event is in the timeline exactly once.
void check_counts(const Outcome& outcome, Ledger& ledger) {
  std::int64_t more_sent = 0;
  for (std::size_t i = 0; i < outcome.counters.size(); ++i) {
    const NodeCounters& counted = outcome.counters[i];
    const FaultCounters& faults = outcome.faults[i];
    const Ledger::Sums& seen = ledger.sums(static_cast<NodeId>(i));
    more_sent += static_cast<std::int64_t>(counted.sent_messages) - static_cast<std::int64_t>(seen.sent);
    more_sent -= static_cast<std::int64_t>(counted.received_messages) - static_cast<std::int64_t>(seen.received);
    if (!ledger.by_formula()) {
      ledger.rule(counted.sent_messages == seen.sent, "what is sent is counted");
      ledger.rule(counted.sent_bytes == seen.sent_bytes, "bytes are counted when they are sent");
      ledger.rule(counted.received_messages == seen.received, "what is received is counted");
    }
    ledger.rule(
        faults.lost_messages + faults.corrupted_messages == seen.lost + seen.corrupted + faults.retransmitted_messages,
        "a message is lost or corrupted once, and once more whenever it was sent again");
    ledger.rule(faults.lost_messages >= seen.lost && faults.corrupted_messages >= seen.corrupted,
                "what is lost is counted as lost, and what is corrupted as corrupted");
    ledger.rule(counted.node_steps == seen.steps, "a step is a gradient that has ended");
    ledger.rule(is_near(counted.computing, seen.computing), "a node's computing time is that of its gradients");
    ledger.rule(counted.computing <= outcome.end.time - seen.down + Seconds{1e-9}, "only nodes that are up compute");
    ledger.rule(faults.outages == seen.outages, "an outage is counted");
    ledger.rule(is_near(faults.down, seen.down), "a node's downtime is that of its outages");
  }
  ledger.rule(more_sent == 0, "an all-reduce that is not seen receives what it sends");
  if (!ledger.by_formula()) ledger.rule(is_near(outcome.transfer, ledger.transfer()), "transfer is time under way");
}

/// The slices of each node follow one another from time zero to the end.
void check_slices(const std::filesystem::path& path, const Outcome& outcome, Ledger& ledger) {
  std::map<int, std::vector<std::pair<double, double>>> slices;
  const Json content = Json::parse(TemporaryFolder::read(path));
  for (const Json& event : content["traceEvents"])
    if (event["ph"] == "X")
      slices[event["tid"]].emplace_back(event["ts"], event["ts"].get<double>() + event["dur"].get<double>());
  const double end = 1e6 * outcome.end.time.count();
  constexpr double rounding = 2e-3;  // to nanoseconds
  ledger.rule(end < rounding || slices.size() == outcome.counters.size(), "each node has slices");
  for (auto& [node, row] : slices) {
    std::sort(row.begin(), row.end());
    double until = 0;
    for (const auto& [from, to] : row) {
      ledger.rule(std::abs(from - until) < rounding, "slices follow one another without gap or overlap");
      until = to;
    }
    ledger.rule(std::abs(until - end) < rounding, "slices reach the end");
  }
}

/// A block of faults that do nothing leaves a run as it is.
std::string difference(const Outcome& a, const Outcome& b) {
  if (a.end.reason != b.end.reason) return "the reason of the end";
  if (a.end.time != b.end.time) return "the time of the end";
  if (a.models != b.models) return "models";
  for (std::size_t i = 0; i < a.counters.size(); ++i) {
    const NodeCounters &x = a.counters[i], &y = b.counters[i];
    const auto all = [](const NodeCounters& c) {
      return std::tuple{c.node_steps,     c.interactions, c.sent_messages, c.received_messages, c.sent_bytes,
                        c.received_bytes, c.computing,    c.staleness_sum, c.staleness_max};
    };
    if (all(x) != all(y)) return "counters";
  }
  return {};
}

struct Tally {
  int runs = 0;
  int stuck = 0;
  int outages = 0;
  int compared = 0;
};

/// The first violation, or empty; throws ExperimentError if the experiment cannot be.
std::string fault_of(const Json& file, const TemporaryFolder& folder, Tally& tally) {
  const Experiment experiment = parse_experiment(file.dump(), "random.json");
  const NodeId n = experiment.topology.mixing.size();
  ++tally.runs;
  std::atomic<bool> too_long = false;
  const auto path = folder.path() / "t.json";
  TimelineWriter writer{{.path = path, .nodes = n, .title = "random", .seed = 1}};
  Ledger ledger{n, &writer, too_long};
  const Outcome outcome = run(experiment, &ledger, &too_long);
  ledger.rule(!too_long, "a run ends");
  check_counts(outcome, ledger);
  if (!too_long) check_slices(path, outcome, ledger);
  tally.stuck += outcome.end.reason == End::Reason::stuck ? 1 : 0;
  tally.outages += outcome.faults[0].outages > 0 ? 1 : 0;
  return ledger.broken();
}

/// The same experiment without faults, with none, and with some that have no effect. Without limits of time some of
/// these would never end.
std::string fault_of_idle_block(Json file, Tally& tally) {
  file["stop"]["virtual_time"] = "300 ms";
  file.erase("faults");
  std::atomic<bool> never = false;
  const Outcome without = run(parse_experiment(file.dump(), "random.json"), nullptr, &never);
  ++tally.compared;
  for (const char* const kinds :
       {"[]", R"([{"kind": "loss", "probability": 0}, {"kind": "link_down", "node": 0, "from": "1000 s"}])"}) {
    file["faults"] = Json{{"kinds", Json::parse(kinds)}};
    const Outcome with = run(parse_experiment(file.dump(), "random.json"), nullptr, &never);
    if (const auto what = difference(with, without); !what.empty())
      return fmt::format("{} changed by a block of faults that does nothing: {}", what, kinds);
  }
  return {};
}

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST_CASE("Random experiments with faults obey the rules of faults") {
  const std::uint64_t count = number_in("GOSSAMER_RANDOM_EXPERIMENTS", 400);
  const std::uint64_t first = number_in("GOSSAMER_RANDOM_SEED", 1);
  const TemporaryFolder folder;
  Tally tally;
  int broken = 0;
  for (std::uint64_t seed = first; seed < first + count && broken < 20; ++seed) {
    Maker maker{seed};
    const Json file = maker.make(seed);
    std::string what;
    try {
      what = fault_of(file, folder, tally);
      if (what.empty() && seed % 4 == 0) what = fault_of_idle_block(file, tally);
    } catch (const ExperimentError&) {
      continue;  // for example a graph that the algorithm cannot use
    } catch (const std::exception& error) {
      what = error.what();
    }
    if (what.empty()) continue;
    ++broken;
    FAIL_CHECK(fmt::format("seed {}: {}\n{}", seed, what, file.dump()));
  }
  MESSAGE(fmt::format("{} experiments, {} stuck, {} with outages of node 0, {} compared without faults", tally.runs,
                      tally.stuck, tally.outages, tally.compared));
  // Otherwise the rules were checked on too few experiments.
  CHECK(5 * static_cast<std::uint64_t>(tally.runs) > 2 * count);
}

}  // namespace
}  // namespace gossamer
