#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/experiment.hpp"
#include "experiments/experiment_error.hpp"
#include "experiments/run_numerics.hpp"
#include "experiments/timeline_writer.hpp"
#include "sim/engine/simulation.hpp"
#include "tests/sim/learning/temporary_folder.hpp"

// Random experiments in which things go wrong, held against the rules of sim/faults/faults.md: what a run counts
// follows from what its timeline has seen. GOSSAMER_RANDOM_EXPERIMENTS, where set, says how many; GOSSAMER_RANDOM_SEED,
// from which on.
namespace gossamer {
namespace {

using Json = nlohmann::json;

// ---------------------------------------------------------------------------------------------------------------------
// A ledger of what the timeline reports, with the checks of each report.

/// Keeps account of a run, and notes the first thing that breaks a rule.
class Ledger final : public Timeline {
 public:
  struct Sums {
    std::uint64_t sent = 0;      ///< requests of reads aside
    std::uint64_t received = 0;  ///< likewise; whole ones, and corrupted ones
    Bytes sent_bytes = 0;
    std::uint64_t lost = 0;  ///< or missed; requests of reads are lost to those who read
    std::uint64_t corrupted = 0;
    std::uint64_t steps = 0;
    std::uint64_t outages = 0;
    Seconds computing{0};
    Seconds down{0};
  };

  Ledger(NodeId nodes, Timeline* next, std::atomic<bool>& too_long)
      : nodes_(static_cast<std::size_t>(nodes)), next_{next}, too_long_{too_long} {}

  void sent(Seconds now, const Message& message) override {
    pass(now);
    if (next_) next_->sent(now, message);
    rule(!under_way_.contains(message.number), "a number stands for one message at a time");
    under_way_[message.number] = {message, now};
    if (message.kind == MessageKind::read) return;
    ++of(message.from).sums.sent;
    of(message.from).sums.sent_bytes += message.size;
  }
  void delivered(Seconds now, std::uint32_t number) override {
    pass(now);
    if (next_) next_->delivered(now, number);
    const Message message = take(now, number);
    rule(!of(message.to).down, "a node that is down receives nothing");
    if (message.kind != MessageKind::read) ++of(message.to).sums.received;
  }
  void lost(Seconds now, std::uint32_t number, MessageFate fate) override {
    pass(now);
    if (next_) next_->lost(now, number, fate);
    const Message message = take(now, number);
    Sums& sums = of(message.kind == MessageKind::read ? message.from : message.to).sums;
    rule((fate == MessageFate::missed) == of(message.to).down, "a node misses what comes while it is down");
    if (fate == MessageFate::lost || fate == MessageFate::missed) ++sums.lost;
    if (fate != MessageFate::corrupted) return;
    ++sums.corrupted;
    ++sums.received;
  }

  void gradient_started(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->gradient_started(now, node);
    rule(!of(node).computing, "a node computes one gradient at a time");
    rule(!of(node).down && of(node).has_program, "only a program that runs computes");
    of(node).computing = true;
  }
  void gradient_ended(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->gradient_ended(now, node);
    rule(of(node).computing && !of(node).down, "a gradient ends that is under way on a node that is up");
    of(node).computing = false;
    ++of(node).sums.steps;
  }

  void waits(Seconds now, NodeId node, Wait what, NodeId peer) override {
    enter(now, node);
    if (next_) next_->waits(now, node, what, peer);
    rule(!of(node).down && !of(node).returned, "a node waits that is up, and has not finished");
    rule(of(node).has_program != (what == Wait::state), "programs wait, and nodes without one for a state");
    of(node).waiting = what;
  }
  void proceeds(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->proceeds(now, node);
    rule(!of(node).down && !of(node).returned, "a program proceeds that has not returned, on a node that is up");
    rule(!of(node).has_program || of(node).waiting != Wait::nothing, "a node runs one program");
    of(node).has_program = true;
    of(node).waiting = Wait::nothing;
  }
  void returned(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->returned(now, node);
    rule(of(node).has_program && !of(node).returned, "a program returns once");
    of(node).returned = true;
  }

  void went_down(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->went_down(now, node);
    rule(!of(node).down && !of(node).returned, "a node goes down that is up, and has not finished");
    of(node).down = true;
    ++of(node).sums.outages;
  }
  void came_back(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->came_back(now, node);
    rule(of(node).down, "a node comes back that was down");
    of(node).down = false;
  }
  void forgot(Seconds now, NodeId node) override {
    enter(now, node);
    if (next_) next_->forgot(now, node);
    rule(of(node).down, "a node loses its program while it is down");
    of(node).has_program = of(node).computing = false;
    of(node).waiting = Wait::nothing;
  }

  void joined(Seconds now, NodeId node) override {
    pass(now);
    if (next_) next_->joined(now, node);
  }
  void all_reduce_began(Seconds now, NodeId nodes, Bytes size) override {
    pass(now);
    if (next_) next_->all_reduce_began(now, nodes, size);
    by_formula_ = true;
  }
  void all_reduce_ended(Seconds now, NodeId node) override {
    pass(now);
    if (next_) next_->all_reduce_ended(now, node);
  }
  void over(Seconds now) override {
    for (std::size_t i = 0; i < nodes_.size(); ++i) enter(now, static_cast<NodeId>(i));
    if (next_) next_->over(now);
    for (const auto& [number, passage] : under_way_) count_transfer(now, passage);
  }

  const Sums& sums(NodeId node) const { return nodes_[static_cast<std::size_t>(node)].sums; }
  bool returned(NodeId node) const { return nodes_[static_cast<std::size_t>(node)].returned; }
  /// Whether an all-reduce has been costed by formula, whose messages nobody has seen.
  bool by_formula() const { return by_formula_; }
  Seconds transfer() const { return transfer_; }
  const std::string& broken() const { return broken_; }

  void rule(bool holds, const char* what) {
    if (!holds && broken_.empty()) broken_ = fmt::format("{} ({} s)", what, now_.count());
  }

 private:
  struct NodeState {
    bool has_program = false, returned = false, down = false, computing = false;
    Wait waiting = Wait::nothing;
    Seconds since{0};
    Sums sums;
  };
  struct Passage {
    Message message;
    Seconds since{0};
  };

  NodeState& of(NodeId node) { return nodes_[static_cast<std::size_t>(node)]; }

  void pass(Seconds now) {
    constexpr std::uint64_t most_calls = 1'000'000;
    rule(now >= now_, "time does not run backward");
    now_ = now;
    if (++calls_ > most_calls) too_long_ = true;
  }
  /// The node does something else from now on; until now it did one thing.
  void enter(Seconds now, NodeId node) {
    pass(now);
    NodeState& state = of(node);
    const Seconds passed = now - std::exchange(state.since, now);
    if (passed == Seconds{0}) return;
    if (state.down) {
      state.sums.down += passed;
    } else if (state.computing) {
      state.sums.computing += passed;
    } else {
      rule(state.returned || state.waiting != Wait::nothing, "a node that is up computes, waits, or has finished");
      rule(state.returned || state.waiting != Wait::gradient, "a node that waits for its gradient computes");
    }
  }
  Message take(Seconds now, std::uint32_t number) {
    const auto found = under_way_.find(number);
    rule(found != under_way_.end(), "what arrives or is lost was sent, and is so once");
    if (found == under_way_.end()) return {};
    count_transfer(now, found->second);
    const Message message = found->second.message;
    under_way_.erase(found);
    return message;
  }
  void count_transfer(Seconds now, const Passage& passage) {
    if (passage.message.kind != MessageKind::read) transfer_ += now - passage.since;
  }

  std::vector<NodeState> nodes_;
  Timeline* next_;
  std::atomic<bool>& too_long_;
  std::map<std::uint32_t, Passage> under_way_;
  bool by_formula_ = false;
  Seconds transfer_{0};
  Seconds now_{0};
  std::uint64_t calls_ = 0;
  std::string broken_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Random experiments.

/// Draws experiments; those that cannot be are left out by who reads them.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : draws_{seed, Purpose::noise} {}

  Json make(std::uint64_t seed) {
    const int n = whole(2, 7);  // a ring of two is refused, as other small graphs are
    const Json chosen = algorithm();
    Json file{{"seed", seed},
              {"numerics", chance(0.3) ? "off" : "float64"},
              {"topology", topology(n, chosen["kind"])},
              {"model", {{"kind", "quadratic"}, {"dimension", whole(1, 6)}}},
              {"algorithm", chosen},
              {"network", network()},
              {"compute", compute()},
              {"stop", Json::object()},
              {"faults", faults(n)}};
    const int stop = whole(0, 3);
    if (stop != 0) file["stop"]["node_steps"] = whole(1, 15);
    if (stop == 0 || stop == 2) file["stop"]["virtual_time"] = time(50, 500);
    if (stop == 3) file["stop"]["sent_bytes"] = fmt::format("{} B", whole(1, 3000));
    return file;
  }

 private:
  bool chance(double probability) { return draws_.uniform() < probability; }
  int whole(int least, int most) {
    return least + static_cast<int>(draws_.below(static_cast<std::uint64_t>(most - least + 1)));
  }
  double between(double least, double most) { return least + (most - least) * draws_.uniform(); }
  /// Mostly any time, and sometimes a whole number of steps, so that things happen at one instant.
  std::string time(double least_ms, double most_ms) {
    const double ms = between(least_ms, most_ms);
    return fmt::format("{:.3f} ms", chance(0.3) ? std::max(5.0, 5 * std::round(ms / 5)) : std::max(ms, 0.01));
  }
  template <class... Words>
  std::string one_of(Words... words) {
    const char* const all[] = {words...};
    return all[draws_.below(sizeof...(words))];
  }

  Json topology(int n, const std::string& algorithm) {
    const bool takes_any = algorithm == "sgp" || algorithm == "d_psgd";
    const bool directed = algorithm == "overlap_sgp" || (takes_any && chance(0.3));
    const bool tree = algorithm == "relay_sgd" || chance(0.3);
    const std::string kind = directed ? one_of("exponential", "one_peer_exponential")
                             : tree   ? one_of("path", "path", "star", "binary_tree")
                                      : one_of("ring", "ring", "complete", "torus");
    if (kind == "torus") return {{"kind", kind}, {"rows", 3}, {"columns", 3}};
    return {{"kind", kind}, {"nodes", n}};
  }

  Json algorithm() {
    const std::string kind = one_of("d_psgd", "d_psgd", "d_psgd", "ad_psgd", "ad_psgd", "swarm_sgd", "swarm_sgd",
                                    "swarm_sgd", "all_reduce_sgd", "local_sgd", "gossip", "randomized_gossip",
                                    "gossip_pga", "gradient_tracking", "sgp", "overlap_sgp", "relay_sgd", "choco_sgd",
                                    "dmsgd", "d2", "extra", "nids", "lead", "exact_diffusion", "deep_squeeze");
    Json result{{"kind", kind}};
    if (kind == "d_psgd") result["form"] = one_of("awc", "cta", "atc");
    if (kind == "swarm_sgd") {
      result["variant"] = one_of("nb1", "nb2", "blocking", "one_sided");
      result["local_steps"] = whole(1, 3);
    }
    if (kind == "local_sgd") result["averaging_period"] = whole(1, 3);
    if (kind == "gossip_pga") result["global_period"] = whole(1, 3);
    if (kind == "choco_sgd" || kind == "lead" || kind == "deep_squeeze")
      result["compressor"] = chance(0.5) ? Json{{"kind", "top_k"}, {"k", 1}} : Json{{"kind", "identity"}};
    return result;
  }

  Json network() {
    const std::string kind = one_of("alpha_beta", "alpha_beta", "nic", "piecewise", "max_min");
    Json result{{"kind", kind}};
    if (kind == "max_min") {
      result["platform"] = {{"kind", "star"}, {"bandwidth", "100 kB/s"}, {"latency", time(0.1, 10)}};
      result["connections"] = one_of("per_pair", "per_message");
      return result;
    }
    if (kind == "piecewise") return result;
    result["latency"] = time(0.1, 40);
    if (chance(0.5)) result["bandwidth"] = "20 kB/s";
    if (chance(0.3)) result["overhead"] = time(0.1, 2);
    if (chance(0.2)) result["collectives"] = "played";
    return result;
  }

  Json compute() {
    if (chance(0.5)) return {{"kind", "constant"}, {"step", time(1, 20)}};
    return {{"kind", "exponential"}, {"mean", time(1, 20)}};
  }

  Json nodes(int n) {
    Json result = Json::array();
    for (int i = 0; i < n; ++i)
      if (chance(0.5)) result.push_back(i);
    return result;
  }

  Json faults(int n) {
    Json result{{"kinds", Json::array()}};
    if (chance(0.7)) result["detection"] = time(0.5, 80);
    if (chance(0.6)) result["restart_from"] = one_of("initial", "neighbor");
    for (int k = whole(1, 4); k > 0; --k) result["kinds"].push_back(fault(n));
    return result;
  }

  Json fault(int n) {
    const std::string kind =
        one_of("crash", "crash", "crash", "churn", "loss", "burst_loss", "corruption", "link_down");
    Json result{{"kind", kind}};
    if (kind == "crash") {
      result["nodes"] = nodes(n);
      if (chance(0.5))
        result["at"] = time(0, 100);
      else
        result["mean_time_to_failure"] = time(10, 300);
      result["downtime"] = time(0.5, 60);
      result["downtime_law"] = one_of("constant", "exponential");
      result["recovery"] = one_of("without_state", "without_state", "with_state", "none");
    } else if (kind == "churn") {
      result["session"] = time(10, 300);
      result["absence"] = time(1, 100);
      result["start"] = one_of("stationary", "present");
      result["recovery"] = one_of("without_state", "with_state");
    } else if (kind == "link_down") {
      if (chance(0.5))
        result["node"] = whole(0, n - 1);
      else
        result["between"] = {0, 1};
      result["from"] = time(0, 100);
      result["until"] = fmt::format("{:.3f} ms", between(101, 300));
      result["messages"] = one_of("lost", "held");
    } else {
      if (kind != "burst_loss") result["probability"] = chance(0.2) ? 1.0 : between(0, 0.6);
      if (kind == "burst_loss") result["good_to_bad"] = between(0.05, 0.9);
      if (chance(0.4) && (kind == "burst_loss" || result["probability"] < 1)) result["retransmit"] = time(1, 60);
    }
    return result;
  }

  Draws draws_;
};

// ---------------------------------------------------------------------------------------------------------------------
// The checks at the end of a run.

/// All that a run leaves.
struct Outcome {
  End end;
  std::vector<NodeCounters> counters;
  std::vector<FaultCounters> faults;
  std::vector<std::vector<double>> models;
  Seconds transfer{0};
};

Outcome run(const Experiment& experiment, Timeline* timeline, const std::atomic<bool>* interrupt) {
  const auto numerics = make_numerics(experiment, 1);
  DataPlane* const plane = numerics ? &numerics->plane() : nullptr;
  Simulation simulation{{.mixing = experiment.topology.mixing,
                         .step_times = *experiment.step_times,
                         .network = *experiment.network,
                         .plane = plane,
                         .payload = experiment.payload,
                         .collectives = experiment.collectives,
                         .seed = experiment.seed,
                         .meetings = {},
                         .timeline = timeline,
                         .schedule = experiment.topology.schedule.get(),
                         .faults = experiment.faults.get()}};
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

/// Everything that is counted has been seen, and once.
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

/// Empty where nothing is wrong; throws ExperimentError where the experiment cannot be.
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

/// The same experiment without faults, with none, and with some that hit nothing. Without limits of time some of these
/// would never end.
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
  // Else rules have been held against little.
  CHECK(5 * static_cast<std::uint64_t>(tally.runs) > 2 * count);
}

}  // namespace
}  // namespace gossamer
