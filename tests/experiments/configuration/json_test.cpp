#include "experiments/configuration/json.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"
#include "sim/ground/random.hpp"

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

/// The shortest digits that read back to the number; with an exponent below 10⁻⁴ and from 10¹⁶ on.
std::string shortest(double number) {
  const double size = std::abs(number);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, number, plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {text, end.ptr};
}

TEST_CASE("A double is written with the shortest digits that read back to it, without a needless point") {
  CHECK(compact(Json(1.0)) == "1");
  CHECK(compact(Json(-0.0)) == "-0");
  CHECK(compact(Json(1e-5)) == "1e-05");
  CHECK(compact(Json(1e-4)) == "0.0001");
  CHECK(compact(Json(1e15)) == "1000000000000000");
  CHECK(compact(Json(1e16)) == "1e+16");
  CHECK(compact(Json(std::numeric_limits<double>::max())) == "1.7976931348623157e+308");
  CHECK(compact(Json(std::numeric_limits<double>::denorm_min())) == "5e-324");
  Draws draws{1, Purpose::noise};
  for (int k = 0; k < 100'000; ++k) {
    const std::uint64_t high = draws(), low = draws();
    const auto any = std::bit_cast<double>(high << 32 | low);
    const double usual = std::ldexp(static_cast<double>(low % 1000), static_cast<int>(high % 80) - 40);
    for (const double number : {any, usual}) {
      if (!std::isfinite(number)) continue;
      const std::string text = compact(Json(number));
      REQUIRE(text == shortest(number));
      const Json read = parse_json(text, "a.json");
      REQUIRE(read.get<double>() == number);
      REQUIRE(compact(read) == text);
    }
  }
}

TEST_CASE("Integers are written as they are if 64 bits hold them with their sign, and as doubles beyond that") {
  for (const char* const text : {"0", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808"})
    CHECK(compact(parse_json(text, "a.json")) == text);
  CHECK(compact(parse_json("9223372036854775808", "a.json")) == "9.223372036854776e+18");
  CHECK(compact(parse_json("18446744073709551615", "a.json")) == "1.8446744073709552e+19");
  CHECK(compact(parse_json("-9223372036854775809", "a.json")) == "-9.223372036854776e+18");
  CHECK(compact(parse_json("-0", "a.json")) == "0");
  CHECK(compact(parse_json("1.0", "a.json")) == "1");
}

TEST_CASE("Texts keep every letter; control characters are escaped, and bytes that are not UTF-8 replaced") {
  const std::string text = R"(["é 😀 \u0001\u001f\t\b\\/ \"","\u0000"])";
  CHECK(compact(parse_json(text, "a.json")) == text);
  CHECK(compact(parse_json(R"(["\ud83d\ude00\/"])", "a.json")) == R"(["😀/"])");
  CHECK(quoted_json("a\xff\n") == "\"a\uFFFD\\n\"");
  CHECK(compact(Json::object({{"\xff", "\xfe"}})) == "{\"\uFFFD\":\"\uFFFD\"}");
}

TEST_CASE("A damaged text is refused with its file, or is a value that is written and read back") {
  const std::string text =
      R"({"z": 1, "a": [true, null, -2.5e-7, "q\"\n\u00e9"], "o": {"k": 1e-09, "e": {}}, "n": 9223372036854775807})";
  constexpr std::string_view parts = "{}[]\":,.-+eE0129 \\u\n\xff";
  int refused = 0, read = 0;
  for (std::uint64_t k = 0; k < 20'000; ++k) {
    Draws draws{k, Purpose::noise};
    std::string damaged = text;
    for (std::uint64_t changes = 1 + draws.below(3); changes > 0; --changes) {
      const std::size_t at = draws.below(damaged.size());
      damaged.replace(at, draws.below(3), 1, parts[draws.below(parts.size())]);
    }
    try {
      const Json json = parse_json(damaged, "a.json");
      REQUIRE(compact(parse_json(compact(json), "a.json")) == compact(json));
      ++read;
    } catch (const ExperimentError& error) {
      REQUIRE(std::string{error.what()}.starts_with("a.json:"));
      ++refused;
    }
  }
  CHECK(refused > 1000);
  CHECK(read > 1000);
}

TEST_CASE("People get one line for each block, and more only where a line would be too long") {
  const Json json = parse_json(R"({"seed":1,"topology":{"kind":"ring","nodes":8},"list":[1,2,3]})", "a.json");
  CHECK(pretty(json, 80) ==
        "{\n  \"seed\": 1,\n  \"topology\": {\"kind\": \"ring\", \"nodes\": 8},\n  \"list\": [1, 2, 3]\n}");
  CHECK(pretty(json, 30) ==
        "{\n  \"seed\": 1,\n  \"topology\": {\n    \"kind\": \"ring\",\n    \"nodes\": 8\n  },\n  \"list\": [1, 2, "
        "3]\n}");
}

TEST_CASE("Text that is no JSON is refused with line, column and the expected text") {
  CHECK(complaint("{\"seed\": 1,\n \"title\" 2}") == "a.json:2:10: not valid JSON at 2; expected ':'");
  CHECK(complaint("{\"seed\": 1,}") ==
        "a.json:1:12: not valid JSON at }; expected string literal\n  JSON has no comma after the last element");
  CHECK(complaint("{\"seed\": 1") == "a.json:1:11: the JSON text ends too early; expected '}'");
  CHECK(complaint("") == "a.json:1:1: the JSON text ends too early; expected '[', '{', or a literal");
  CHECK(complaint("{} {}") == "a.json:1:4: not valid JSON at {; expected end of input");
  CHECK(complaint("{\"a\": NaN}") == "a.json:1:7: not valid JSON at N");
  CHECK(complaint("[1, 1e999]") == "a.json:1:5: 1e999 is too large for a number");
}

TEST_CASE("A key that occurs twice in one object is refused with its path") {
  CHECK(complaint(R"({"a": 1, "b": [{"c": 1}, {"d/e": 1, "d/e": 2}]})") ==
        "a.json: /b/1/d~1e: the key \"d/e\" stands here twice\n  expected each key once");
  CHECK(complaint(R"({"a": {"k": 1}, "b": {"k": 1}})") == "");
}

TEST_CASE("Only an object has keys") {
  const Json json = parse_json(R"({"a": null, "b": [1]})", "a.json");
  REQUIRE(find_key(json, "b"));
  CHECK(compact(*find_key(json, "b")) == "[1]");
  CHECK(find_key(json, "a")->is_null());
  for (const Json& other : {json, json["a"], json["b"], json["b"][0], Json("c")}) CHECK(!find_key(other, "c"));
}

TEST_CASE("A list of many elements is read in time that is linear in their number") {
  std::string text = "[";
  for (int k = 0; k < 200'000; ++k) text += "[0,1,0.5],";
  text.back() = ']';
  CHECK(parse_json(text, "a.json").size() == 200'000);
  CHECK(compact(parse_json(text, "a.json")) == text);
}

TEST_CASE("A text that nests without end is refused instead of exhausting the stack") {
  CHECK(complaint(std::string(100000, '[')) == "a.json: nested deeper than 64 levels");
}

}  // namespace
}  // namespace gossamer
