#include "experiments/sweep/sweep_file.hpp"

#include <fstream>
#include <regex>

#include <doctest/doctest.h>

#include "tests/experiments/sweep/sweeps.hpp"

// Sweep files: what they may have, and every kind of mistake in one, with its message.
namespace gossamer {
namespace {

using testing::base_experiment;
using testing::message_with;
using testing::plan_with;

Json with(const char* key, const char* value) {
  Json sweep = Json::parse(R"({"axes": [{"key": "local_steps", "values": [1, 2]}]})");
  sweep[key] = Json::parse(value);
  return sweep;
}

TEST_CASE("A sweep file has its title, seeds, targets, baseline and window") {
  const TemporaryFolder folder;
  Json file = with("seeds", "3");
  file["title"] = "Which?";
  file["targets"] = Json::parse(R"({"train_loss": [0.5, 0.1], "consensus_distance": 0.01})");
  file["baseline"] = Json::parse(R"({"local_steps": 2})");
  file["window"] = Json::parse("[0.25, 0.75]");
  const Json plan = Json::parse(json_of(plan_with(folder, file)));
  CHECK(plan["sweep"] == 1);
  CHECK(plan["title"] == "Which?");
  CHECK(plan["seeds"] == Json::parse("[1, 2, 3]"));
  CHECK(plan["axes"] ==
        Json::parse(R"([{"name": "local_steps", "path": "/algorithm/local_steps", "labels": [1, 2]}])"));
  CHECK(plan["targets"] ==
        Json::parse(R"([{"quantity": "train_loss", "value": 0.5}, {"quantity": "train_loss", "value": 0.1},
                                           {"quantity": "consensus_distance", "value": 0.01}])"));
  CHECK(plan["baseline"] == Json::parse(R"({"local_steps": 2})"));
  CHECK(plan["window"] == Json::parse("[0.25, 0.75]"));
  CHECK(plan["runs"].size() == 6);
}

TEST_CASE("Without seeds and titles a sweep has those of its experiment") {
  const TemporaryFolder folder;
  const Json plan = Json::parse(json_of(plan_with(folder, Json::object())));
  CHECK(plan["seeds"] == Json::parse("[3]"));
  CHECK_FALSE(plan.contains("title"));
  CHECK_FALSE(plan.contains("baseline"));
  CHECK(plan["cells"] == Json::parse(R"([{"labels": {}, "settings": {}}])"));
}

TEST_CASE("An experiment file is the base of a sweep whose axes are options") {
  const TemporaryFolder folder;
  SweepOptions options{.file = folder.write("e.json", base_experiment().dump())};
  options.over = {"local_steps=1,2"};
  options.seeds = "2,5..7";
  options.set = {"/algorithm/step_size=0.01"};
  options.targets = {"train_loss=0.5", "train_loss=0.1"};
  options.baseline = {"local_steps=2"};
  const Json plan = Json::parse(json_of(plan_of(read_sweep(options, testing::standard()), testing::standard())));
  CHECK(plan["seeds"] == Json::parse("[2, 5, 6, 7]"));
  CHECK(plan["targets"].size() == 2);
  CHECK(plan["baseline"] == Json::parse(R"({"local_steps": 2})"));
}

TEST_CASE("A base may be the path of a file beside the sweep") {
  const TemporaryFolder folder;
  folder.write("e.json", base_experiment().dump());
  CHECK(plan_with(folder, {{"base", "e.json"}}).cells.size() == 1);
  CHECK(message_with({{"base", "none.json"}}).starts_with("s.json: /base: there is no file or folder \"none.json\"\n"));
  CHECK(message_with({{"base", 3}}) ==
        "s.json: /base: 3 is no experiment\n  expected the path of an experiment file, or an experiment");
}

TEST_CASE("A run is known by its configuration, without title and expectations") {
  const TemporaryFolder folder;
  const std::string id = plan_with(folder, Json::object()).runs.front().id;
  CHECK(id.size() == 16);
  Json other = base_experiment();
  other["title"] = "another";
  other["expect"] = Json::parse(R"({"time_error": 0.1})");
  CHECK(plan_with(folder, {{"base", other}}).runs.front().id == id);
  other["algorithm"]["step_size"] = 0.06;
  CHECK(plan_with(folder, {{"base", other}}).runs.front().id != id);
  CHECK(plan_with(folder, {{"seeds", 1}}).runs.front().id != id);
  CHECK(plan_with(folder, {{"seeds", Json::array({3})}}).runs.front().id == id);
}

TEST_CASE("A key that a sweep does not have is refused with the nearest") {
  CHECK(message_with({{"axis", Json::array()}}) ==
        "s.json: /axis: \"axis\" is not a key here\n"
        "  expected one of: axes, base, baseline, derive, exclude, seeds, set, targets, title, tune, window\n"
        "  did you mean \"axes\"?");
  CHECK(message_with({{"axes", Json::parse(R"([{"key": "local_steps", "value": [1]}])")}})
            .starts_with("s.json: /axes/0/value: \"value\" is not a key here\n"
                         "  expected one of: key, name, settings, values, zip\n"
                         "  did you mean \"values\"?"));
}

TEST_CASE("An axis has values with labels that differ") {
  const auto message = [](const char* axis) { return message_with({{"axes", Json::array({Json::parse(axis)})}}); };
  CHECK(message(R"({"key": "local_steps"})").starts_with("s.json: /axes/0: has no values\n"));
  CHECK(message(R"({"values": [1]})").starts_with("s.json: /axes/0: has neither a key nor a name\n"));
  CHECK(
      message(R"({"key": "local_steps", "values": []})").starts_with("s.json: /axes/0/values: there are no values\n"));
  CHECK(message(R"({"key": "local_steps", "values": 3})")
            .starts_with("s.json: /axes/0/values: 3 is no list of values\n"));
  CHECK(message(R"({"key": "local_steps", "values": [1, 1]})")
            .starts_with("s.json: /axes/0/values: two values have the label \"1\"\n"));
  CHECK(message(R"({"key": "topology", "values": [{"nodes": 3}]})")
            .starts_with("s.json: /axes/0/values/0: {\"nodes\":3} has no label\n"));
  CHECK(message(R"({"key": "local_stpes", "values": [1]})")
            .starts_with("s.json: /axes/0/key: \"local_stpes\" is not a key of an experiment file\n"));
  CHECK(message(R"({"key": "kind", "values": ["ring"]})").find("/axes/0/key") != std::string::npos);
  CHECK(message(R"({"key": "local_steps", "values": "4..1"})")
            .starts_with("s.json: /axes/0/values: this step does not lead"));
}

TEST_CASE("Labels, seeds, targets and windows that cannot be are refused") {
  CHECK(message_with(with("baseline", R"({"local_steps": 3})")) ==
        "s.json: /baseline/local_steps: \"3\" is no label of \"local_steps\"\n  expected one of: 1, 2");
  CHECK(message_with(with("baseline", R"({"local_step": 1})")) ==
        "s.json: /baseline: there is no axis \"local_step\"\n  expected one of: local_steps\n  did you mean "
        "\"local_steps\"?");
  CHECK(message_with(with("exclude", R"([{"local_steps": [1, 4]}])"))
            .starts_with("s.json: /exclude/0/local_steps: \"4\" is no label of \"local_steps\"\n"));
  CHECK(message_with(with("seeds", "0")).starts_with("s.json: /seeds: 0 are no seeds\n"));
  CHECK(message_with(with("seeds", "[1, 1]")) == "s.json: /seeds/1: 1 is there twice");
  CHECK(message_with(with("seeds", "[-1]")).starts_with("s.json: /seeds/0: -1 is no seed\n"));
  CHECK(message_with(with("targets", R"({"train_los": 1})")).ends_with("did you mean \"train_loss\"?"));
  CHECK(message_with(with("targets", R"({"train_loss": "low"})"))
            .starts_with("s.json: /targets/train_loss: \"low\" is not a number\n"));
  CHECK(message_with(with("window", "[0.5, 2]")).starts_with("s.json: /window: [0.5,2] is no part of a run\n"));
  CHECK(message_with(with("set", R"({"stop": 1})")) ==
        "s.json: /set/stop: is not a path to a key\n  expected a path such as /algorithm/step_size\n  did you mean "
        "\"/stop\"?");
  CHECK(message_with(with("derive", R"({"/topology/nodes": "2 *"})")) ==
        "s.json: /derive/~1topology~1nodes: \"*\" is not understood");
}

TEST_CASE("A bad cell names itself and its key") {
  CHECK(message_with(Json::parse(R"({"axes": [{"key": "local_steps", "values": [1, 0]}]})")) ==
        "s.json: cell local_steps=0: /algorithm/local_steps: 0 is out of range\n  expected an integer at least 1");
  CHECK(message_with(Json::parse(R"({"axes": [{"key": "topology", "values": ["ring", "rng"]}]})"))
            .starts_with("s.json: cell topology=rng: /topology/kind: unknown kind \"rng\"\n"));
}

/// The JSON blocks of the page that have a base or axes.
std::vector<Json> sweeps_on_page() {
  std::ifstream file{"experiments/formats/sweep.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  static const std::regex block{"```json\n([^`]*)```"};
  std::vector<Json> sweeps;
  for (std::sregex_iterator at{page.begin(), page.end(), block}, end; at != end; ++at)
    sweeps.push_back(Json::parse((*at)[1].str()));
  return sweeps;
}

TEST_CASE("The sweeps on their page are right") {
  const std::vector<Json> sweeps = sweeps_on_page();
  REQUIRE(sweeps.size() == 3);
  for (Json sweep : sweeps) {
    sweep["base"] = std::filesystem::absolute("experiments/examples/quickstart.json").string();
    CHECK(message_with(sweep) == "");
  }
}

}  // namespace
}  // namespace gossamer
