#include "experiments/configuration/overrides.hpp"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"
#include "tests/experiments/standard.hpp"

namespace gossamer {
namespace {

const std::string start = R"({"seed":1,"topology":"ring","list":[1,2],"model":{"data":{"path":"a"}}})";

std::string overridden(const std::string& text) {
  Json json = parse_json(start, "a.json");
  apply_override(json, text, testing::standard());
  return compact(json);
}

std::string complaint(const std::string& text) {
  try {
    overridden(text);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("An override replaces a value or creates it") {
  CHECK(overridden("/seed=2") == R"({"seed":2,"topology":"ring","list":[1,2],"model":{"data":{"path":"a"}}})");
  CHECK(overridden("/model/data/path=b c=d") ==
        R"({"seed":1,"topology":"ring","list":[1,2],"model":{"data":{"path":"b c=d"}}})");
  CHECK(overridden("/stop/virtual_time=60 s") ==
        R"({"seed":1,"topology":"ring","list":[1,2],"model":{"data":{"path":"a"}},"stop":{"virtual_time":"60 s"}})");
  CHECK(overridden("/list/1=[3]") == R"({"seed":1,"topology":"ring","list":[1,[3]],"model":{"data":{"path":"a"}}})");
  CHECK(overridden("/model={\"kind\":\"quadratic\"}") ==
        R"({"seed":1,"topology":"ring","list":[1,2],"model":{"kind":"quadratic"}})");
}

TEST_CASE("A value that is JSON is taken as such, all else as text") {
  CHECK(overridden("/seed=\"2\"").starts_with(R"({"seed":"2",)"));
  CHECK(overridden("/seed=2 ms").starts_with(R"({"seed":"2 ms",)"));
  CHECK(overridden("/seed=null").starts_with(R"({"seed":null,)"));
  CHECK(overridden("/seed=").starts_with(R"({"seed":"",)"));
}

TEST_CASE("A block that is written as a text can be given a key") {
  CHECK(overridden("/topology/nodes=8") ==
        R"({"seed":1,"topology":{"kind":"ring","nodes":8},"list":[1,2],"model":{"data":{"path":"a"}}})");
}

TEST_CASE("Keys are written as in JSON pointers") { CHECK(overridden("/a~1b~0c=1").ends_with(R"("a/b~c":1})")); }

TEST_CASE("An override that leads nowhere is refused") {
  CHECK(complaint("/list/0/x=1") ==
        "--set /list/0/x=1: /list/0 is 1 and has no keys\n  expected a path to a key of a block");
  CHECK(complaint("/list/2=1") == "--set /list/2=1: /list has no element \"2\"\n  expected a number from 0 to 1");
  CHECK(complaint("seed=1") ==
        "--set seed=1: not an override\n  expected /path/to/key=value, such as /algorithm/step_size=0.1\n  \"seed\" "
        "belongs at /seed; gossamer explain seed describes it");
  CHECK(complaint("/seed") ==
        "--set /seed: has no value\n  expected /path/to/key=value, such as /algorithm/step_size=0.1");
  CHECK(complaint("/a//b=1") ==
        "--set /a//b=1: the path has an empty key\n  expected a path such as /algorithm/step_size");
  CHECK(complaint("/a~2=1") ==
        "--set /a~2=1: ~ must be followed by 0 or 1 in a JSON pointer\n  expected \"~0\" for ~, \"~1\" for /");
}

}  // namespace
}  // namespace gossamer
