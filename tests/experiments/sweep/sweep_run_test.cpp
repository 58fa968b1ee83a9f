#include "experiments/sweep/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>

#include "experiments/configuration/dataset_cache.hpp"
#include "experiments/sweep/crew.hpp"
#include "experiments/sweep/display.hpp"
#include "experiments/sweep/folder.hpp"
#include "experiments/sweep/lanes.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/sweep/sweeps.hpp"

// The runs of a sweep, and what they leave in its folder.
namespace gossamer {
namespace {

using testing::base_experiment;
using testing::CommandResult;
using testing::records_in;
using testing::run_gossamer;

/// A folder with an experiment, and a sweep of it in the folder "r".
struct SweptFolder {
  TemporaryFolder folder;
  std::filesystem::path experiment = folder.write("e.json", base_experiment().dump());
  std::filesystem::path results = folder.path() / "r";

  CommandResult sweep(const std::vector<std::string>& options) const {
    std::vector<std::string> words{"sweep", experiment.string(), "-o", results.string(), "--no-table"};
    words.insert(words.end(), options.begin(), options.end());
    return run_gossamer(words);
  }
  /// The hash of each trace, by its file.
  std::map<std::string, std::string> hashes() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator{results / "runs"})
      if (entry.path().extension() == ".jsonl") all[entry.path().stem()] = records_in(entry.path()).back()["hash"];
    return all;
  }
  std::vector<std::string> files(const std::string& extension) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{results / "runs"})
      if (entry.path().extension() == extension) names.push_back(entry.path().stem());
    std::sort(names.begin(), names.end());
    return names;
  }
};

const std::vector<std::string> four_cells{
    "--over", "local_steps=1,2", "--over", "/algorithm/step_size=0.05,0.1", "--seeds", "2"};

std::vector<std::string> four_cells_and(const std::vector<std::string>& more) {
  std::vector<std::string> words = four_cells;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_CASE("Runs side by side leave the traces of single runs") {
  const SweptFolder place;
  const CommandResult result = place.sweep(four_cells_and({"--jobs", "3"}));
  CHECK(result.code == 0);
  CHECK(result.prints("8 of 8 runs"));
  const auto plan = testing::Json::parse(TemporaryFolder::read(place.results / "sweep.json"));
  const auto hashes = place.hashes();
  REQUIRE(plan["runs"].size() == 8);
  CHECK(hashes.size() == 8);
  for (const auto& run : plan["runs"]) {
    auto experiment = testing::small_experiment();
    const auto& labels = plan["cells"][run["cell"].get<std::size_t>()]["labels"];
    experiment["seed"] = run["seed"];
    experiment["algorithm"]["local_steps"] = labels["local_steps"];
    experiment["algorithm"]["step_size"] = labels["step_size"];
    CHECK(hashes.at(run["id"]) == testing::outcome(experiment).hash());
  }
  CHECK(place.files(".part").empty());
}

TEST_CASE("The same command makes only the runs that are missing") {
  const SweptFolder place;
  place.sweep(four_cells_and({"--jobs", "2"}));
  const std::string kept = place.files(".jsonl")[0], lost = place.files(".jsonl")[1];
  const auto before = place.hashes();
  const auto written = std::filesystem::last_write_time(place.results / "runs" / (kept + ".jsonl"));
  std::filesystem::remove(place.results / "runs" / (lost + ".jsonl"));
  std::ofstream{place.results / "runs" / (lost + ".part")} << "the beginning of a trace";  // as a kill leaves it
  CHECK(place.sweep(four_cells_and({"--jobs", "2"})).code == 0);
  CHECK(place.hashes() == before);
  CHECK(std::filesystem::last_write_time(place.results / "runs" / (kept + ".jsonl")) == written);
  CHECK(place.files(".part").empty());
}

TEST_CASE("A changed sweep keeps the runs that it still asks for") {
  const SweptFolder place;
  place.sweep({"--over", "local_steps=1,2", "--jobs", "2"});
  const auto before = place.hashes();
  const CommandResult result = place.sweep({"--over", "local_steps=2,3", "--jobs", "2"});
  CHECK(result.prints("2 of 2 runs"));
  const auto after = place.hashes();
  CHECK(after.size() == 3);
  for (const auto& [id, hash] : before) CHECK(after.at(id) == hash);
}

TEST_CASE("A dry run prints the cells and writes nothing") {
  const SweptFolder place;
  const CommandResult result = place.sweep(four_cells_and({"--dry-run"}));
  CHECK(result.code == 0);
  CHECK(result.prints("    0  local_steps=1, step_size=0.05\n"));
  CHECK(result.prints("4 cells, 8 runs\n"));
  CHECK_FALSE(std::filesystem::exists(place.results));
}

TEST_CASE("A cell that cannot be built is named before the first run") {
  const SweptFolder place;
  const CommandResult result = place.sweep({"--set", "/compute/stragglers=one_slow_node", "--set",
                                            "/compute/stragglers/node=7", "--over", "/topology/nodes=8,4"});
  CHECK(result.code == 2);
  CHECK(result.warns("cell nodes=4: /compute/stragglers: one_slow_node: there is no node 7, expected 0 to 3"));
  CHECK_FALSE(std::filesystem::exists(place.results));
}

TEST_CASE("A run that diverges is a result, and one that fails is recorded and can be made again") {
  const SweptFolder place;
  CommandResult result = place.sweep({"--over", "/algorithm/step_size=0.1,1e200", "--jobs", "2"});
  CHECK(result.code == 0);
  CHECK(place.files(".jsonl").size() == 2);
  const std::string runs = TemporaryFolder::read(place.results / "runs.csv");
  CHECK(runs.starts_with("id,status,started,wall_s,host,threads,commit,hash\n"));
  CHECK(runs.find(",virtual_time,2") != std::string::npos);
  CHECK(runs.find(",diverged,2") != std::string::npos);

  const std::string id = place.files(".jsonl")[0];
  std::filesystem::remove(place.results / "runs" / (id + ".jsonl"));
  std::ofstream{place.results / "runs" / (id + ".failed")} << "the disk was on fire\n";
  result = place.sweep({"--over", "/algorithm/step_size=0.1,1e200", "--jobs", "2"});
  CHECK(result.code == 2);
  CHECK(result.warns("1 of 2 runs failed; the first, step_size="));
  CHECK(result.warns("the disk was on fire\n  --retry-failed makes them again"));
  result = place.sweep({"--over", "/algorithm/step_size=0.1,1e200", "--jobs", "2", "--retry-failed"});
  CHECK(result.code == 0);
  CHECK(place.files(".failed").empty());
}

TEST_CASE("Shards make all runs together, each of them once") {
  const SweptFolder place;
  std::size_t runs = 0;
  for (const char* const shard : {"1/3", "2/3", "3/3"}) {
    const CommandResult result = place.sweep(four_cells_and({"--shard", shard, "--jobs", "1"}));
    CHECK(result.code == 0);
    CHECK(place.files(".jsonl").size() > runs);
    runs = place.files(".jsonl").size();
  }
  CHECK(runs == 8);
  const CommandResult wrong = place.sweep(four_cells_and({"--shard", "4/3"}));
  CHECK(wrong.code == 2);
  CHECK(wrong.warns("\"4/3\" is no part, expected one such as 1/8 or 8/8"));
}

TEST_CASE("A folder that holds something else is left alone") {
  const SweptFolder place;
  std::filesystem::create_directory(place.results);
  std::ofstream{place.results / "thesis.tex"} << "important";
  const CommandResult result = place.sweep({});
  CHECK(result.code == 2);
  CHECK(result.warns("holds something that is no sweep"));
  CHECK_FALSE(std::filesystem::exists(place.results / "sweep.json"));
}

TEST_CASE("Cells of one configuration share a run") {
  const SweptFolder place;
  place.sweep({"--over", "pair=1,2", "--derive", "/algorithm/local_steps=ceil(pair / 2)", "--jobs", "1"});
  CHECK(place.files(".jsonl").size() == 1);
  const auto plan = testing::Json::parse(TemporaryFolder::read(place.results / "sweep.json"));
  CHECK(plan["runs"][0]["id"] == plan["runs"][1]["id"]);
}

TEST_CASE("Runs with data share a data set, and its traces are those of single runs") {
  const TemporaryFolder folder;
  testing::Json experiment = testing::small_experiment();
  experiment["model"] = testing::Json::parse(R"({"kind": "softmax_regression", "batch_size": 4,
      "data": {"kind": "synthetic_classification", "samples": 80, "features": 5, "classes": 3, "test_fraction": 0.25}})");
  const SweptFolder place;
  std::ofstream{place.experiment} << experiment.dump();
  CHECK(place.sweep({"--over", "local_steps=1,2,3", "--seeds", "2", "--jobs", "2"}).code == 0);
  const auto plan = testing::Json::parse(TemporaryFolder::read(place.results / "sweep.json"));
  experiment["algorithm"]["local_steps"] = 3;
  experiment["seed"] = 2;
  CHECK(place.hashes().at(plan["runs"][5]["id"]) == testing::outcome(experiment).hash());
}

TEST_CASE("A data set is loaded once for each seed, or once for all if no seed changes it") {
  DatasetCache cache;
  int loads = 0;
  const auto load = [&](bool random) {
    return [&loads, random] {
      ++loads;
      Dataset data;
      data.random = random;
      return data;
    };
  };
  const auto first = cache.get("drawn", 1, load(true));
  CHECK(cache.get("drawn", 1, load(true)) == first);
  CHECK(cache.get("drawn", 2, load(true)) != first);
  CHECK(loads == 2);
  const auto file = cache.get("file", 1, load(false));
  CHECK(cache.get("file", 2, load(false)) == file);
  CHECK(cache.get("other", 1, load(false)) != file);
  CHECK(loads == 4);
}

TEST_CASE("A crew does every piece once and ends with the first error") {
  std::vector<std::atomic<int>> done(100);
  std::size_t given = 0;
  Crew crew{.workers = 4,
            .next = [&] { return given < done.size() ? std::optional{given++} : std::nullopt; },
            .work = [&](int, std::size_t piece) { ++done[piece]; }};
  crew.run();
  CHECK(std::all_of(done.begin(), done.end(), [](const std::atomic<int>& count) { return count == 1; }));
  given = 0;
  crew.work = [&](int, std::size_t piece) {
    if (piece == 10) throw TraceError{"piece 10"};
    std::this_thread::sleep_for(std::chrono::milliseconds{5});  // otherwise the others could end before the error is thrown
  };
  CHECK(message_of<TraceError>([&] { crew.run(); }) == "piece 10");
  CHECK(given < 100);
}

TEST_CASE("The display has the number of runs, their rate and the remaining time") {
  Seconds now{0};
  SweepDisplay display{{.runs = 8, .style = SweepDisplay::Style::none, .clock = [&now] { return now; }}};
  CHECK(display.head() == "[                    ]  0 of 8 runs");
  display.begin(0, "a");
  display.begin(1, "b");
  now = Seconds{60};
  display.end(0, {.kind = RunOutcome::Kind::failed, .end = {}, .sentence = "no"});
  display.progress(1, 1.0);
  CHECK(display.head() == "[#####               ]  1 of 8 runs, 1 failed, 2 runs/min, 3:00 min left");
  display.end_elsewhere("c", false);
  display.end_elsewhere("d", true);  // 4 of 8 in a minute
  CHECK(display.head() == "[##########          ]  3 of 8 runs, 2 failed, 4 runs/min, 1:00 min left");
}

}  // namespace
}  // namespace gossamer
