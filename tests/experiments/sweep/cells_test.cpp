#include "experiments/sweep/cells.hpp"

#include <doctest/doctest.h>

#include "tests/experiments/sweep/sweeps.hpp"

// The cells of a sweep, and the experiments in them.
namespace gossamer {
namespace {

using testing::cells_with;
using testing::message_with;
using testing::settings_with;
using Texts = std::vector<std::string>;

Json axes(const char* text) { return {{"axes", Json::parse(text)}}; }

TEST_CASE("Cells are all combinations, the first axis being the slowest") {
  CHECK(cells_with(axes(
            R"([{"key": "local_steps", "values": [1, 2]}, {"key": "/algorithm/step_size", "values": [0.1, 0.2]}])")) ==
        Texts{"local_steps=1, step_size=0.1", "local_steps=1, step_size=0.2", "local_steps=2, step_size=0.1",
              "local_steps=2, step_size=0.2"});
  CHECK(cells_with(Json::object()) == Texts{""});
}

TEST_CASE("The axes of options are those of a file") {
  const Json file =
      axes(R"([{"key": "topology", "values": {"torus:rows=3,columns=3": {"kind": "torus", "rows": 3, "columns": 3},
      "torus:rows=4,columns=3": {"kind": "torus", "rows": 4, "columns": 3}}}, {"key": "local_steps", "values": "1..4:x2"}])");
  SweepOptions options;
  options.over = {"topology=torus:rows=3,columns=3,torus:rows=4,columns=3", "/algorithm/local_steps=1..4:x2"};
  CHECK(cells_with(file).size() == 6);
  CHECK(cells_with(Json::object(), options) == cells_with(file));
  CHECK(settings_with(Json::object(), options) == settings_with(file));
}

TEST_CASE("Values of options are JSON, ranges, blocks or texts") {
  SweepOptions options;
  options.over = {"/algorithm/local_steps=1,4..6,9",
                  "/network={\"kind\": \"nic\"},alpha_beta:latency=1 ms,bandwidth=1 MB/s"};
  const auto settings = settings_with(Json::object(), options);
  REQUIRE(settings.size() == 10);
  CHECK(settings[0] == Json::parse(R"({"/network": {"kind": "nic"}, "/algorithm/local_steps": 1})"));
  CHECK(settings[9] == Json::parse(R"({"/network": {"kind": "alpha_beta", "latency": "1 ms", "bandwidth": "1 MB/s"},
                                       "/algorithm/local_steps": 9})"));
}

TEST_CASE("An option replaces the axis of the same name") {
  SweepOptions options;
  options.over = {"local_steps=7"};
  CHECK(cells_with(axes(R"([{"key": "local_steps", "values": [1, 2]}])"), options) == Texts{"local_steps=7"});
}

TEST_CASE("Zipped axes advance together") {
  CHECK(
      cells_with(axes(
          R"([{"zip": [{"key": "local_steps", "values": [1, 2]}, {"key": "/algorithm/step_size", "values": [0.2, 0.1]}]},
                            {"key": "/topology/nodes", "values": [4, 5]}])")) ==
      Texts{"local_steps=1, step_size=0.2, nodes=4", "local_steps=1, step_size=0.2, nodes=5",
            "local_steps=2, step_size=0.1, nodes=4", "local_steps=2, step_size=0.1, nodes=5"});
  CHECK(message_with(axes(
            R"([{"zip": [{"key": "local_steps", "values": [1, 2]}, {"key": "/topology/nodes", "values": [4]}]}])")) ==
        "s.json: /axes/0/zip: \"local_steps\" has 2 values and \"nodes\" 1\n  expected axes with equally many values");
}

TEST_CASE("A label may set several keys") {
  const auto settings = settings_with(axes(R"([{"name": "method", "settings": {
      "slow": {"/algorithm/step_size": 0.01, "/stop/virtual_time": "2 s"}, "plain": {}}}])"));
  CHECK(settings == std::vector<Json>{Json::parse(R"({"/algorithm/step_size": 0.01, "/stop/virtual_time": "2 s"})"),
                                      Json::object()});
}

TEST_CASE("Keys within a block are set after the block, whatever the order of axes") {
  const char* const nodes_first =
      R"([{"key": "/topology/nodes", "values": [4, 6]}, {"key": "topology", "values": ["ring", "complete"]}])";
  const auto settings = settings_with(axes(nodes_first));
  REQUIRE(settings.size() == 4);
  CHECK(settings[1].dump() == R"({"/topology":{"kind":"complete","nodes":8},"/topology/nodes":4})");
}

TEST_CASE("A topology without a number of nodes gets that of the base") {
  CHECK(
      settings_with(axes(
          R"([{"key": "topology", "values": ["complete", {"kind": "ring", "nodes": 5}, {"kind": "torus", "rows": 3, "columns": 3}]}])")) ==
      std::vector<Json>{Json::parse(R"({"/topology": {"kind": "complete", "nodes": 8}})"),
                        Json::parse(R"({"/topology": {"kind": "ring", "nodes": 5}})"),
                        Json::parse(R"({"/topology": {"kind": "torus", "rows": 3, "columns": 3}})")});
}

TEST_CASE("Excluded combinations are left out") {
  Json sweep =
      axes(R"([{"key": "local_steps", "values": [1, 2, 4]}, {"key": "topology", "values": ["ring", "complete"]}])");
  sweep["exclude"] =
      Json::parse(R"([{"topology": "complete", "local_steps": [2, 4]}, {"local_steps": 1, "topology": "ring"}])");
  CHECK(cells_with(sweep) ==
        Texts{"local_steps=1, topology=complete", "local_steps=2, topology=ring", "local_steps=4, topology=ring"});
  sweep["exclude"] = Json::parse(R"([{"topology": ["ring", "complete"]}])");
  CHECK(message_with(sweep) == "s.json: /exclude: leaves no cell");
}

TEST_CASE("Derived keys follow from axes, from each other and from the experiment") {
  Json sweep = axes(R"([{"name": "n", "values": [16, 36]}])");
  sweep["set"] = {{"/topology", {{"kind", "torus"}}}};
  sweep["derive"] = {{"/topology/columns", "n / rows"}, {"/topology/rows", "sqrt(n)"}};
  CHECK(message_with(sweep).starts_with("s.json: /derive/~1topology~1columns: there is no number \"rows\"\n"));
  SweepOptions options;
  sweep.erase("derive");
  options.derive = {"/topology/rows=sqrt(n)", "/topology/columns=n / rows", "/network/latency={2 * topology.rows} ms",
                    "/algorithm/step_size=0.4 / algorithm.local_steps", "/compute/mean={1000 * network.latency} s"};
  const auto settings = settings_with(sweep, options);
  CHECK(settings ==
        std::vector<Json>{Json::parse(R"({"/topology/rows": 4, "/topology/columns": 4, "/network/latency": "8 ms",
                                                      "/algorithm/step_size": 0.2, "/compute/mean": "8 s"})"),
                          Json::parse(R"({"/topology/rows": 6, "/topology/columns": 6, "/network/latency": "12 ms",
                                                      "/algorithm/step_size": 0.2, "/compute/mean": "12 s"})")});
}

TEST_CASE("A name that is neither a key nor used is refused") {
  SweepOptions options;
  options.over = {"topolgy=ring"};
  CHECK(message_with(Json::object(), options) ==
        "--over topolgy=ring: \"topolgy\" is neither a key of an experiment file nor used by a derived key\n"
        "  expected a path such as /algorithm/local_steps, or the name of a key\n"
        "  did you mean \"topology\"?");
}

}  // namespace
}  // namespace gossamer
