#include "experiments/trace/recorder.hpp"

#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/run/run_in_world.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using Json = nlohmann::json;

Snapshot at(double seconds, std::uint64_t node_steps) {
  Snapshot snapshot{.time = Seconds{seconds}, .total = {}, .models = {}};
  snapshot.total.node_steps = node_steps;
  snapshot.reports = node_steps;  // of a model after each step
  return snapshot;
}

/// A recorder of two nodes, and the trace that it writes.
class Recording {
 public:
  explicit Recording(Recorder::Setup setup) : recorder_{with_two_nodes(std::move(setup)), trace_, nullptr} {}

  Recorder* operator->() { return &recorder_; }

  std::vector<Json> samples() const {
    std::istringstream lines{TemporaryFolder::read(folder_.path() / "a.jsonl")};
    std::vector<Json> records;
    for (std::string line; std::getline(lines, line);) records.push_back(Json::parse(line));
    return records;
  }
  std::vector<double> times() const {
    std::vector<double> result;
    for (const Json& sample : samples()) result.push_back(sample["time_s"].get<double>());
    return result;
  }

 private:
  static Recorder::Setup with_two_nodes(Recorder::Setup setup) {
    if (setup.nodes == Recorder::Setup{}.nodes) setup.nodes = 2;
    return setup;
  }

  TemporaryFolder folder_;
  TraceWriter trace_{folder_.path() / "a.jsonl"};
  Recorder recorder_;
};

/// Measures with the given losses, one after another.
auto losses(std::vector<double> values) {
  return [values, k = std::size_t{0}](const MeasuredModels&) mutable {
    Measures measures;
    measures.evaluation.train_loss = values.at(k++);
    measures.consensus_distance = 10 * measures.evaluation.train_loss;
    return measures;
  };
}

RecordSettings every(double seconds) {
  RecordSettings record;
  record.every = Seconds{seconds};
  return record;
}
RecordSettings every_steps(double steps) {
  RecordSettings record;
  record.every_node_steps = steps;
  return record;
}

TEST_CASE("Samples are taken at time zero and at multiples of the interval of virtual time") {
  Recording recording{{.record = every(0.1)}};
  CHECK(recording->next().time == Seconds{0});
  recording->observe(at(0, 0));
  for (int k = 1; k <= 5; ++k) {
    CHECK(recording->next().time == k * Seconds{0.1});  // a product, not a sum: no rounding piles up
    recording->observe(at(recording->next().time.count(), 1));
  }
  CHECK(recording.times() == std::vector<double>{0, 0.1, 0.2, 3 * 0.1, 0.4, 0.5});
}

TEST_CASE("Samples are taken at time zero and at multiples of node-steps per node") {
  Recording recording{{.record = every_steps(3)}};
  recording->observe(at(0, 0));
  CHECK(recording->next().node_steps == 3);
  CHECK(recording->next().time == Seconds{std::numeric_limits<double>::infinity()});
  recording->observe(at(1, 5));  // 2.5 per node: too early
  recording->observe(at(2, 6));
  CHECK(recording->next().node_steps == 6);
  recording->observe(at(3, 20));  // the multiples 6 and 9 went by in one instant
  CHECK(recording->next().node_steps == 12);
  CHECK(recording.times() == std::vector<double>{0, 2, 3});
}

TEST_CASE("Intervals too small to be counted one by one make a sample of each look, and no loop") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double interval : {1e-300, 1e-20, std::numeric_limits<double>::denorm_min()}) {
    Recording by_time{{.record = every(interval)}}, by_steps{{.record = every_steps(interval)}};
    for (int k = 0; k <= 3; ++k) {
      by_time->observe(at(k, 2 * static_cast<std::uint64_t>(k)));
      CHECK(by_time->next().time > Seconds{1.0 * k});
      by_steps->observe(at(k, 2 * static_cast<std::uint64_t>(k)));
      CHECK(by_steps->next().node_steps > k);
    }
    // A quotient beyond the largest number leaves the samples at time zero and, of the run, at the end.
    const bool counted = 3 / interval < infinity;
    CHECK(by_time.times() == (counted ? std::vector<double>{0, 1, 2, 3} : std::vector<double>{0, 1}));
    CHECK(by_steps.times() == by_time.times());
  }
}

TEST_CASE("The end is recorded once, whether or not it is due") {
  Recording recording{{.record = every(1)}};
  recording->observe(at(0, 0));
  recording->observe(at(1, 2));
  recording->finish(at(1, 2));
  CHECK(recording.times() == std::vector<double>{0, 1});

  Recording between{{.record = every(1)}};
  between->observe(at(0, 0));
  between->finish(at(0.5, 1));
  CHECK(between.times() == std::vector<double>{0, 0.5});

  Recording never{{.record = every(1)}};
  never->finish(at(0, 0));
  CHECK(never.times() == std::vector<double>{0});
}

TEST_CASE("Failed decodings are recorded if a compressor can detect them, and only then") {
  std::uint64_t failures = 0, asked = 0;
  Snapshot snapshot = at(0, 0);
  snapshot.decode_failures = [&] { return ++asked, failures; };
  Recording recording{{.record = every(1), .decode_failures = true}}, silent{{.record = every(1)}};
  recording->observe(snapshot);
  CHECK(asked == 1);
  failures = 7;
  snapshot.time = Seconds{1};
  recording->observe(snapshot);
  silent->observe(snapshot);
  CHECK(asked == 2);
  CHECK(recording.samples().front()["decode_failures"] == 0);
  CHECK(recording.samples().back()["decode_failures"] == 7);
  CHECK_FALSE(silent.samples().back().contains("decode_failures"));
}

TEST_CASE("A run ends at its target loss") {
  Recording recording{{.record = every(1),
                       .targets = {.train_loss = 0.5, .consensus_distance = {}, .mean_node_steps = {}},
                       .measure = losses({2, 0.75, 0.5})}};
  CHECK(!recording->observe(at(0, 0)));
  CHECK(!recording->observe(at(1, 1)));
  CHECK(recording->observe(at(2, 2)) == "target_loss");
  CHECK(recording.samples().back()["train_loss"] == 0.5);
}

TEST_CASE("A run ends at its target consensus distance") {
  Recording recording{{.record = every(1),
                       .targets = {.train_loss = {}, .consensus_distance = 6, .mean_node_steps = {}},
                       .measure = losses({2, 0.75, 0.5})}};
  CHECK(!recording->observe(at(0, 0)));
  CHECK(!recording->observe(at(1, 1)));
  CHECK(recording->observe(at(2, 2)) == "target_consensus_distance");
}

TEST_CASE("Targets are checked by samples after time zero, for any observations between them") {
  const auto both = [](double loss, double consensus_distance) {
    return [=, k = 0](const MeasuredModels&) mutable {  // both are met at time zero, at no other sample but the third
      const bool met = k == 0 || k == 3;
      ++k;
      Measures measures;
      measures.evaluation.train_loss = met ? loss : 2 * loss + 1;
      measures.consensus_distance = met ? consensus_distance : 2 * consensus_distance + 1;
      return measures;
    };
  };
  const StopTargets loss{.train_loss = 0.5, .consensus_distance = {}, .mean_node_steps = {}};
  const StopTargets distance{.train_loss = {}, .consensus_distance = 0.001, .mean_node_steps = {}};
  for (const auto& [targets, name] : {std::pair{loss, "target_loss"}, {distance, "target_consensus_distance"}}) {
    Recording recording{{.record = every(1), .targets = targets, .measure = both(0.5, 0)}};
    CHECK(!recording->observe(at(0, 0)));
    for (const double time : {0.25, 0.5, 1.0, 1.5, 2.0, 2.5}) CHECK(!recording->observe(at(time, 1)));
    CHECK(recording->observe(at(3, 2)) == name);
    CHECK(recording.times() == std::vector<double>{0, 1, 2, 3});
  }
}

TEST_CASE("Models are not judged before one has changed after time zero") {
  const auto equal = [](const MeasuredModels&) { return Measures{}; };
  for (const Judge judge : {Judge::records, Judge::steps}) {
    StopTargets targets{.train_loss = {}, .consensus_distance = 0.5, .mean_node_steps = {}, .judge = judge};
    Recording recording{{.record = every(1), .targets = targets, .measure = equal}};
    Snapshot initial = at(0, 0);
    initial.reports = 2;  // what both start with
    CHECK(!recording->observe(initial));
    for (const double time : {0.5, 1.0}) {
      initial.time = Seconds{time};
      CHECK(!recording->observe(initial));
    }
    Snapshot changed = at(2, 1);
    changed.reports = 3;
    CHECK(recording->observe(changed) == "target_consensus_distance");
  }
}

TEST_CASE("A run ends at its target accuracy: in the test if there is one, else in training") {
  const auto accuracies = [](std::vector<double> train, std::vector<double> test) {
    return [=, k = std::size_t{0}](const MeasuredModels&) mutable {
      Measures measures;
      measures.evaluation.train_accuracy = train.at(k);
      if (!test.empty()) measures.evaluation.test_accuracy = test.at(k);
      ++k;
      return measures;
    };
  };
  StopTargets targets{.train_loss = {}, .consensus_distance = {}, .mean_node_steps = {}, .accuracy = 0.5};
  Recording tested{{.record = every(1), .targets = targets, .measure = accuracies({0, 1, 1}, {0, 0.25, 0.5})}};
  CHECK(!tested->observe(at(0, 0)));
  CHECK(!tested->observe(at(1, 1)));
  CHECK(tested->observe(at(2, 2)) == "target_accuracy");
  Recording trained{{.record = every(1), .targets = targets, .measure = accuracies({0.75, 0.25, 0.5}, {})}};
  CHECK(!trained->observe(at(0, 0)));
  CHECK(!trained->observe(at(1, 1)));
  CHECK(trained->observe(at(2, 2)) == "target_accuracy");
}

TEST_CASE("A run ends when the nodes' own models meet a target on average") {
  const auto local = [](std::vector<double> losses) {
    return [=, k = std::size_t{0}](const MeasuredModels&) mutable {
      Measures measures;
      const double loss = losses.at(k++);
      measures.local = LocalMeasures{.nodes = 2,
                                     .train_loss = {.mean = loss, .worst = 2 * loss, .best = 0},
                                     .train_accuracy = OverNodes{.mean = 1 - loss, .worst = 0, .best = 1},
                                     .test_loss = {},
                                     .test_accuracy = {}};
      return measures;
    };
  };
  const StopTargets loss{.train_loss = {}, .consensus_distance = {}, .mean_node_steps = {}, .local_loss = 0.25};
  const StopTargets accuracy{.train_loss = {}, .consensus_distance = {}, .mean_node_steps = {}, .local_accuracy = 0.75};
  for (const auto& [targets, name] : {std::pair{loss, "target_local_loss"}, {accuracy, "target_local_accuracy"}}) {
    Recording recording{{.record = every(1), .targets = targets, .measure = local({0.125, 0.5, 0.25})}};
    CHECK(!recording->observe(at(0, 0)));
    CHECK(!recording->observe(at(1, 1)));
    CHECK(recording->observe(at(2, 2)) == name);
  }
}

TEST_CASE("Judged at every change of a model, only the one that meets the target is sampled") {
  std::vector<MeasuredModels::Purpose> purposes;
  const auto measure = [&purposes, steps = std::vector<double>{8, 4, 2, 1, 1},
                        k = std::size_t{0}](const MeasuredModels& models) mutable {
    purposes.push_back(models.purpose);
    Measures measures;
    measures.evaluation.train_loss = steps.at(k++);
    return measures;
  };
  const StopTargets targets{.train_loss = 1, .consensus_distance = {}, .mean_node_steps = {}, .judge = Judge::steps};
  Recording recording{{.record = every(10), .targets = targets, .measure = measure}};
  CHECK(!recording->observe(at(0, 0)));
  CHECK(recording->next().at_changes);
  CHECK(!recording->observe(at(1, 1)));
  CHECK(!recording->observe(at(2, 2)));
  CHECK(recording->observe(at(3, 3)) == "target_loss");
  recording->finish(at(3, 3));
  CHECK(recording.times() == std::vector<double>{0, 3});
  using enum MeasuredModels::Purpose;
  CHECK(purposes == std::vector{sample, judgment, judgment, judgment, sample});
}

TEST_CASE("A run ends at its epochs, between two records") {
  Recording recording{{.record = every_steps(100),
                       .targets = {.train_loss = {}, .consensus_distance = {}, .mean_node_steps = 2.5},
                       .steps_per_epoch = 5}};
  CHECK(!recording->observe(at(0, 0)));
  CHECK(recording->next().node_steps == 2.5);
  CHECK(!recording->observe(at(1, 4)));
  CHECK(recording->observe(at(2, 5)) == "epochs");
  recording->finish(at(2, 5));
  CHECK(recording.samples().back()["epochs"] == 0.5);
}

TEST_CASE("Scored nodes count as long as they are up, and no other takes their place") {
  const Experiment experiment = parse_experiment(
      R"({"topology": {"kind": "ring", "nodes": 4}, "model": "quadratic", "algorithm": "d_psgd",
          "stop": {"virtual_time": "1 s"}})",
      "four.json");
  const auto plane = make_plane(experiment, 1);
  std::vector<Params> models;
  for (NodeId i = 0; i < 4; ++i) models.push_back(plane->initial_params(i));
  std::vector<std::size_t> seen, scored;
  RecordSettings record = every(1);
  record.local.nodes = {0, 2};
  Recording recording{{.nodes = 4, .record = record, .measure = [&](const MeasuredModels& looked_at) {
                         seen.push_back(looked_at.all.size());
                         scored.push_back(looked_at.scored.size());
                         return Measures{};
                       }}};
  Snapshot snapshot = at(0, 0);
  snapshot.models = models;
  recording->observe(snapshot);
  snapshot.faults.emplace();
  for (const std::vector<NodeId>& living : {std::vector<NodeId>{0, 1, 3}, {1, 3}}) {
    snapshot.time += Seconds{1};
    snapshot.living = living;
    recording->observe(snapshot);
  }
  CHECK(seen == std::vector<std::size_t>{4, 3, 2});
  CHECK(scored == std::vector<std::size_t>{2, 1, 0});
}

TEST_CASE("A number that is not finite ends the run, and the trace names its node") {
  const auto measure = [](const MeasuredModels&) {
    Measures measures;
    measures.evaluation.train_loss = std::numeric_limits<double>::infinity();
    measures.non_finite = {.position = 1, .what = "its model holds a number that is not finite"};
    return measures;
  };
  Recording recording{{.record = every(1), .measure = measure}};
  CHECK(recording->observe(at(0, 0)) == "diverged");
  REQUIRE(recording->divergence());
  CHECK(recording->divergence()->node == 1);
  CHECK(recording->divergence()->time == Seconds{0});
  CHECK(!recording.samples().back().contains("train_loss"));
}

TEST_CASE("A display looks more often but leaves the trace as it is") {
  const auto lines = [](bool displayed) {
    const TemporaryFolder folder;
    TraceWriter trace{folder.path() / "a.jsonl"};
    std::FILE* const nowhere = std::fopen("/dev/null", "w");
    Progress progress{{.nodes = 2, .out = nowhere}};
    Recorder recorder{{.nodes = 2, .record = every_steps(4)}, trace, displayed ? &progress : nullptr};
    std::uint64_t looks = 0;
    for (std::uint64_t steps = 0; steps <= 20; ++steps) {  // what the engine does, one node-step after another
      if (static_cast<double>(steps) < recorder.next().node_steps * 2 && recorder.next().time > Seconds{0}) continue;
      recorder.observe(at(static_cast<double>(steps), steps));
      ++looks;
    }
    std::fclose(nowhere);
    return std::pair{looks, TemporaryFolder::read(folder.path() / "a.jsonl")};
  };
  const auto [looks, text] = lines(false);
  const auto [more_looks, same_text] = lines(true);
  CHECK(looks == 3);  // at 0, 4 and 8 node-steps per node
  CHECK(more_looks > looks);
  CHECK(same_text == text);
}

}  // namespace
}  // namespace gossamer
