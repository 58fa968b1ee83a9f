#include "experiments/sweep/tuning.hpp"

#include <cmath>
#include <limits>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "experiments/trace/growing_file.hpp"
#include "tests/experiments/commands/command_result.hpp"
#include "tests/experiments/sweep/sweeps.hpp"

// Searches of a value in a cell, and what they minimize.
namespace gossamer {
namespace {

using testing::base_experiment;
using testing::message_with;
using testing::run_gossamer;

TEST_CASE("The least value of a function with one minimum is found within the tolerance") {
  for (const double minimum : {0.003, 0.05, 1.0, 7.0}) {
    const auto objective = [minimum](double x) { return std::pow(std::log(x / minimum), 2); };
    const SearchResult result = least({.from = 0.001, .to = 10, .tolerance = 1.05}, 5, objective);
    CHECK(std::abs(std::log(result.value / minimum)) < std::log(1.05));
    CHECK_FALSE(result.edge);
    CHECK(std::set<double>(result.tried.begin(), result.tried.end()).size() == result.tried.size());
    // The bracket of two steps of the grid shrinks by the golden ratio with each further value.
    const double bracket = 2 * std::log(1e4) / 4;
    CHECK(result.tried.size() <= 5 + 2 + std::ceil(std::log(bracket / std::log(1.05)) / std::log(1.618)));
  }
}

TEST_CASE("A minimum at an end of the range is at the edge, and values that diverge are not") {
  const auto falls = [](double x) { return -x; };
  const SearchResult last = least({.from = 0.1, .to = 10}, 5, falls);
  CHECK(last.value == 10);
  CHECK(last.edge);
  const auto diverges_above_one = [](double x) { return x > 1 ? std::numeric_limits<double>::infinity() : -x; };
  const SearchResult stable = least({.from = 0.1, .to = 10, .tolerance = 1.02}, 5, diverges_above_one);
  CHECK(stable.value <= 1);
  CHECK(stable.value > 1 / 1.03);
  CHECK_FALSE(stable.edge);
}

TEST_CASE("A search among integers tries integers") {
  const auto objective = [](double h) { return h / 8 + 32 / h; };  // least at 16
  const SearchResult result = least({.from = 1, .to = 64, .integers = true, .tolerance = 1.02}, 4, objective);
  CHECK(result.value == 16);
  for (const double value : result.tried) CHECK(value == std::round(value));
}

TEST_CASE("The largest value that holds is found by bisection") {
  const SearchResult real = largest({.from = 0.01, .to = 100, .tolerance = 1.05}, [](double x) { return x < 3; });
  CHECK(real.value < 3);
  CHECK(real.value > 3 / 1.06);
  CHECK_FALSE(real.edge);
  CHECK(real.tried.size() <= 2 + std::ceil(std::log2(std::log(1e4) / std::log(1.05))));
  CHECK(largest({.from = 1, .to = 64, .integers = true}, [](double h) { return h <= 23; }).value == 23);
  CHECK(largest({.from = 1, .to = 64}, [](double) { return true; }).edge);
  CHECK(largest({.from = 1, .to = 64}, [](double) { return false; }).edge);
}

/// A trace with a loss that halves and an accuracy that rises every second.
std::filesystem::path halving(const TemporaryFolder& folder, const char* reason) {
  std::string text = "{\"record\":\"header\"}\n";
  for (int k = 0; k <= 4; ++k)
    text += fmt::format(
        "{{\"record\":\"sample\",\"time_s\":{},\"train_loss\":{},\"test_accuracy\":{},\"sent_bytes_per_node\":{},"
        "\"node_steps_per_node\":{},\"local_train_loss_mean\":{}}}\n",
        k, std::pow(0.5, k), 0.1 * k, 100 * k, 10 * k, 2 * std::pow(0.5, k));
  return folder.write("t.jsonl", text + fmt::format("{{\"record\":\"end\",\"reason\":\"{}\"}}\n", reason));
}

TEST_CASE("An objective is a number of the trace") {
  using enum SearchObjective::What;
  const TemporaryFolder folder;
  const auto trace = halving(folder, "virtual_time");
  CHECK(objective_of(trace, {}) == 1.0 / 16);
  CHECK(objective_of(trace, {.what = final_value, .quantity = "test_accuracy"}) == doctest::Approx(-0.4));
  CHECK(objective_of(trace, {.what = final_value, .quantity = "local_train_loss"}) == 1.0 / 8);
  CHECK(objective_of(trace, {.what = stable}) == 0);
  // The loss is 2^-t in between, too.
  CHECK(objective_of(trace, {.what = time, .target = std::pow(2, -1.5)}) == doctest::Approx(1.5));
  CHECK(objective_of(trace, {.what = bytes, .target = 0.25}) == doctest::Approx(200));
  CHECK(objective_of(trace, {.what = node_steps, .quantity = "test_accuracy", .target = 0.15}) == doctest::Approx(15));
  CHECK(std::isinf(objective_of(trace, {.what = time, .target = 0.01})));
  CHECK(std::isinf(objective_of(halving(folder, "diverged"), {})));
  CHECK_THROWS_AS(objective_of(folder.write("cut.jsonl", "{\"record\":\"header\"}\n"), {}), TraceError);
}

TEST_CASE("A sweep tunes each cell on seeds of its own, and reports the value that it has found") {
  const TemporaryFolder folder;
  const std::string results = (folder.path() / "r").string();
  const auto sweep = [&](const char* tune) {
    Json file = Json::parse(R"({"axes": [{"key": "local_steps", "values": [1, 2]}], "seeds": 2})");
    file["base"] = base_experiment();
    file["base"]["model"].erase("noise");  // then steps below 2/L are stable, L = 1
    file["tune"] = Json::parse(tune);
    return run_gossamer(
        {"sweep", folder.write("s.json", file.dump()).string(), "-o", results, "--jobs", "2", "--no-table"});
  };
  const auto first =
      sweep(R"({"key": "/algorithm/step_size", "from": 0.1, "to": 100, "objective": "stable", "seeds": 1})");
  CHECK(first.code == 0);
  CHECK(first.warns("local_steps=1: step_size = "));
  const Json plan = Json::parse(TemporaryFolder::read(folder.path() / "r" / "sweep.json"));
  REQUIRE(plan["runs"].size() == 4);
  for (const Json& cell : plan["cells"]) {
    const Json& tuned = cell["tuned"][0];
    CHECK(tuned["path"] == "/algorithm/step_size");
    CHECK(tuned["edge"] == false);
    CHECK(tuned["value"] == cell["settings"]["/algorithm/step_size"]);
    CHECK(tuned["value"].get<double>() > 2);  // a run that ends after 1 s may diverge too slowly to be noticed
  }
  // The same command makes no run again.
  const auto written = std::filesystem::last_write_time(folder.path() / "r" / "runs");
  CHECK(sweep(R"({"key": "/algorithm/step_size", "from": 0.1, "to": 100, "objective": "stable", "seeds": 1})").code ==
        0);
  CHECK(std::filesystem::last_write_time(folder.path() / "r" / "runs") == written);

  const auto edge =
      sweep(R"({"key": "step_size", "from": 0.0001, "to": 0.001, "grid": 3, "objective": {"final": "train_loss"}})");
  CHECK(edge.warns("; this is at the edge of the values from 0.0001 to 0.001"));
}

TEST_CASE("A block \"tune\" that cannot be is refused") {
  const auto message = [](const char* tune) { return message_with({{"tune", Json::parse(tune)}}); };
  CHECK(message(R"({"key": "step_size", "from": 0.1, "to": 1, "objective": "stable"})") == "");
  CHECK(message(R"({"key": "step_size", "from": 1, "to": 1, "objective": "stable"})")
            .starts_with("s.json: /tune/to: 1 is not above 1\n"));
  CHECK(message(R"({"key": "step_size", "from": 0.1, "to": 1})").starts_with("s.json: /tune/objective: missing\n"));
  CHECK(message(R"({"key": "step_size", "from": 0.1, "to": 1, "objective": {"final": "train_los"}})")
            .ends_with("did you mean \"train_loss\"?"));
  CHECK(message(R"({"key": "step_size", "from": 0.1, "to": 1, "objective": {"time": 3}})")
            .starts_with("s.json: /tune/objective: {\"time\":3} is no objective\n"));
  CHECK(message(R"({"key": "step_siz", "from": 0.1, "to": 1, "objective": "stable"})")
            .starts_with("s.json: /tune/key: \"step_siz\" is not a key of an experiment file\n"));
}

}  // namespace
}  // namespace gossamer
