#include "experiments/configuration/json.hpp"

#include <string>

#include <doctest/doctest.h>

#include "experiments/configuration/experiment_error.hpp"

namespace gossamer {
namespace {

/// The error of parsing; "" if there is none.
std::string complaint(const std::string& text) {
  try {
    parse_json(text, "a.json");
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("JSON is read in the order of its text and written back on one line") {
  const std::string text = R"({"z":1,"a":[true,null,-2.5,"q\"\n"],"o":{"k":1e-09,"e":{}},"n":9223372036854775807})";
  CHECK(compact(parse_json(text, "a.json")) == text);
  CHECK(compact(parse_json(" [ 1 , 2 ] ", "a.json")) == "[1,2]");
}

TEST_CASE("People get one line for each block, and more only where a line would be too long") {
  const Json json = parse_json(R"({"seed":1,"topology":{"kind":"ring","nodes":8},"list":[1,2,3]})", "a.json");
  CHECK(pretty(json, 80) ==
        "{\n  \"seed\": 1,\n  \"topology\": {\"kind\": \"ring\", \"nodes\": 8},\n  \"list\": [1, 2, 3]\n}");
  CHECK(pretty(json, 30) ==
        "{\n  \"seed\": 1,\n  \"topology\": {\n    \"kind\": \"ring\",\n    \"nodes\": 8\n  },\n  \"list\": [1, 2, "
        "3]\n}");
}

TEST_CASE("What is no JSON is refused with line, column and what was expected") {
  CHECK(complaint("{\"seed\": 1,\n \"title\" 2}") == "a.json:2:10: not valid JSON at 2; expected ':'");
  CHECK(complaint("{\"seed\": 1,}") ==
        "a.json:1:12: not valid JSON at }; expected string literal\n  JSON has no comma after the last element");
  CHECK(complaint("{\"seed\": 1") == "a.json:1:11: the JSON text ends too early; expected '}'");
  CHECK(complaint("") == "a.json:1:1: the JSON text ends too early; expected '[', '{', or a literal");
  CHECK(complaint("{} {}") == "a.json:1:4: not valid JSON at {; expected end of input");
  CHECK(complaint("{\"a\": NaN}") == "a.json:1:7: not valid JSON at N");
  CHECK(complaint("[1, 1e999]") == "a.json:1:5: 1e999 is too large for a number");
}

TEST_CASE("A key that stands twice in one object is refused with its path") {
  CHECK(complaint(R"({"a": 1, "b": [{"c": 1}, {"d/e": 1, "d/e": 2}]})") ==
        "a.json: /b/1/d~1e: the key \"d/e\" stands here twice\n  expected each key once");
  CHECK(complaint(R"({"a": {"k": 1}, "b": {"k": 1}})") == "");
}

TEST_CASE("A text that nests without end is refused instead of exhausting the stack") {
  CHECK(complaint(std::string(100000, '[')) == "a.json: nested deeper than 64 levels");
}

}  // namespace
}  // namespace gossamer
