#include "experiments/configuration/block_reader.hpp"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "algorithms/schedules/step_size.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/overrides.hpp"
#include "sim/compression/registry.hpp"
#include "tests/experiments/standard.hpp"

namespace gossamer {
namespace {

enum class Color { red, green };
struct Everything {
  double number = 0.5;
  int integer = 3;
  Seconds duration{0.002};
  Bytes size = 1000;
  double rate = 1.25e8;
  bool truth = false;
  std::string text = "a";
  Color color = Color::green;
  std::vector<std::int64_t> widths = {64};
  std::optional<double> maybe;
  Index batch = 0;
};

const std::vector<Entry<Everything()>>& entries() {
  static const std::vector<Entry<Everything()>> result{entry<Everything(), Everything>(
      "everything", "one setting of each type", [](Everything e) { return e; },
      {{"number", &Everything::number, above_up_to(0, 1)},
       {"integer", &Everything::integer, at_least(1)},
       {"duration", &Everything::duration, at_least(0)},
       {"size", &Everything::size, at_least(1), "", Presence::optional, Unit::bytes},
       {"rate", &Everything::rate, above(0), "", Presence::optional, Unit::bytes_per_second},
       {"truth", &Everything::truth, ""},
       {"text", &Everything::text, ""},
       {"color", &Everything::color, choices<Color>({{"red", Color::red}, {"green", Color::green}})},
       {"widths", &Everything::widths, at_least(1)},
       {"maybe", &Everything::maybe, anything()},
       Field<Everything>{"batch", &Everything::batch, at_least(1)}.with_word("full", 0)})};
  return result;
}

struct Read {
  Everything made;
  std::string resolved;
};

Read read(const std::string& text) {
  const Json json = parse_json(text, "a.json");
  BlockReader block{&json, {"a.json", "/block"}, testing::standard()};
  const auto& chosen = block.kind(entries());
  const Values values = block.settings(chosen.settings);
  const std::string resolved = compact(block.finish());
  return {chosen.make(values), resolved};
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

/// A complaint about one setting, without the file.
std::string message_about(const std::string& key, const std::string& value) {
  std::string message = complaint("{\"kind\": \"everything\", \"" + key + "\": " + value + "}");
  const std::string start = "a.json: /block/" + key + ": ";
  REQUIRE(message.starts_with(start));
  return message.substr(start.size());
}

TEST_CASE("A text means a block of that kind, and defaults are filled in") {
  CHECK(read("\"everything\"").resolved ==
        R"({"kind":"everything","number":0.5,"integer":3,"duration":"2 ms","size":"1 kB","rate":"1 Gbit/s",)"
        R"("truth":false,"text":"a","color":"green","widths":[64],"batch":"full"})");
}

TEST_CASE("Given values are read in any spelling, and written in the canonical one") {
  const Read result = read(
      R"({"batch": 32, "maybe": 2, "widths": [3, 4.0], "color": "red", "text": "b", "truth": true, "rate": "1 MB/s",
          "size": "2 KiB", "duration": "0.5 min", "integer": 1e2, "number": 1, "kind": "everything"})");
  CHECK(result.made.batch == 32);
  CHECK(result.made.maybe == 2.0);
  CHECK(result.made.widths == std::vector<std::int64_t>{3, 4});
  CHECK(result.made.color == Color::red);
  CHECK(result.made.truth);
  CHECK(result.made.rate == 1e6);
  CHECK(result.made.size == 2048);
  CHECK(result.made.duration.count() == 30);
  CHECK(result.made.integer == 100);
  CHECK(result.resolved ==
        R"({"kind":"everything","number":1,"integer":100,"duration":"30 s","size":"2.048 kB","rate":"8 Mbit/s",)"
        R"("truth":true,"text":"b","color":"red","widths":[3,4],"maybe":2,"batch":32})");
  CHECK(read(result.resolved).resolved == result.resolved);
}

TEST_CASE("A setting that may be absent may be null") {
  CHECK_FALSE(read(R"({"kind": "everything", "maybe": null})").made.maybe);
  CHECK(message_about("number", "null") == "null is not a number\n  expected a number above 0 and at most 1");
}

TEST_CASE("Each setting's error lists the accepted values") {
  CHECK(message_about("number", "0") == "0 is out of range\n  expected a number above 0 and at most 1");
  CHECK(message_about("number", "\"1\"") ==
        "\"1\" is not a number\n  expected a number above 0 and at most 1\n  a number has no quotes: 1");
  CHECK(message_about("integer", "1.5") == "1.5 is not an integer\n  expected an integer at least 1");
  CHECK(message_about("integer", "1e300") == "1e+300 is too large\n  expected an integer at least 1");
  CHECK(message_about("duration", "2") == "2 has no unit\n  expected a duration such as \"2 ms\"");
  CHECK(message_about("duration", "\"2\"") == "\"2\" has no unit\n  expected a duration such as \"2 ms\"");
  CHECK(message_about("duration", "[]") == "[] is not a duration\n  expected a duration such as \"2 ms\"");
  CHECK(message_about("duration", "\"-2 ms\"") == "\"-2 ms\" is out of range\n  expected a duration such as \"2 ms\"");
  CHECK(message_about("duration", "\"2 sm\"") ==
        "\"2 sm\" has the unknown unit \"sm\"\n  expected a duration such as \"2 ms\"\n  did you mean \"ms\"?");
  CHECK(message_about("size", "\"0.5 B\"") ==
        "\"0.5 B\" is out of range\n  expected a size at least 1 B such as \"100 kB\"");
  CHECK(message_about("size", "\"1.5 B\"") ==
        "\"1.5 B\" is not a whole number of bytes\n  expected a size at least 1 B such as \"100 kB\"");
  CHECK(message_about("rate", "\"0 B/s\"") ==
        "\"0 B/s\" is out of range\n  expected a rate above 0 bit/s such as \"1 Gbit/s\"");
  CHECK(message_about("truth", "1") == "1 is neither true nor false\n  expected true or false");
  CHECK(message_about("text", "1") == "1 is not a text\n  expected a text");
  CHECK(message_about("color", "\"gren\"") ==
        "unknown color \"gren\"\n  expected one of: red, green\n  did you mean \"green\"?");
  CHECK(message_about("widths", "3") == "3 is not a list\n  expected a list, each element an integer at least 1");
  CHECK(message_about("widths1", "3") ==
        "\"widths1\" is not a key here\n  expected one of: batch, color, duration, integer, kind, maybe, number, rate, "
        "size, text, truth, widths\n  did you mean \"widths\"?");
  CHECK(message_about("batch", "\"ful\"") ==
        "\"ful\" is not an integer\n  expected an integer at least 1, or \"full\"");
}

TEST_CASE("An element of a list is named by its place") {
  CHECK(complaint(R"({"kind": "everything", "widths": [3, 0]})") ==
        "a.json: /block/widths/1: 0 is out of range\n  expected a list, each element an integer at least 1");
}

TEST_CASE("A value that is no block and a block without a kind are refused") {
  CHECK(complaint("3") == "a.json: /block: 3 is not a block\n  expected an object such as {\"kind\": \"…\"}");
  CHECK(complaint("{}") == "a.json: /block/kind: missing\n  expected one of: everything");
  CHECK(complaint(R"({"kin": "everything"})") ==
        "a.json: /block/kind: missing, and \"kin\" is not a key here\n  expected one of: everything; did you mean "
        "\"kind\"?");
  CHECK(complaint(R"({"kind": 1})") == "a.json: /block/kind: 1 is not a text\n  expected one of: everything");
  CHECK(
      complaint("\"everythin\"") ==
      "a.json: /block/kind: unknown kind \"everythin\"\n  expected one of: everything\n  did you mean \"everything\"?");
}

/// A structure like those of algorithms that compress.
struct Compressing {
  double step_size = 0.1;
  std::shared_ptr<const Codec> compressor;
};

struct ReadCompressing {
  Compressing made;
  std::string resolved;
};

ReadCompressing read_compressing(const std::string& algorithm, const std::vector<std::string>& overrides = {}) {
  static const std::vector<Entry<Compressing()>> registry{entry<Compressing(), Compressing>(
      "compressing", "an algorithm that compresses", [](Compressing c) { return c; },
      {{"step_size", &Compressing::step_size, above(0)}, {"compressor", &Compressing::compressor, "what it sends"}})};
  Json root = parse_json("{\"algorithm\":" + algorithm + "}", "a.json");
  for (const std::string& text : overrides) apply_override(root, text, testing::standard());
  BlockReader block{find_key(root, "algorithm"), {"a.json", "/algorithm"}, testing::standard()};
  const auto choice = block.choice(registry);
  const std::string resolved = compact(block.finish());
  return {choice.entry->make(choice.values), resolved};
}

std::string compressing_complaint(const std::string& algorithm) {
  try {
    read_compressing(algorithm);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("A compressor is a block within a block, resolved with every default; none leaves null") {
  const std::string plain = R"({"kind":"compressing","step_size":0.1,"compressor":{"kind":"none"}})";
  for (const char* const text :
       {R"({"kind":"compressing"})", R"({"kind":"compressing","compressor":"none"})",
        R"({"kind":"compressing","compressor":{"kind":"none"}})", R"({"kind":"compressing","compressor":null})"}) {
    const ReadCompressing read = read_compressing(text);
    CHECK(read.made.compressor == nullptr);
    CHECK(read.resolved == plain);
  }
  const ReadCompressing lead =
      read_compressing(R"({"kind":"compressing","compressor":{"kind":"infinity_norm","bits":4}})");
  REQUIRE(lead.made.compressor);
  CHECK(lead.made.compressor->bits(1024).nominal == 4 * 1024 + 2 * 32);
  CHECK(lead.resolved ==
        R"({"kind":"compressing","step_size":0.1,"compressor":{"kind":"infinity_norm","bits":4,"block_size":512}})");
  CHECK(read_compressing(lead.resolved).resolved == lead.resolved);
}

TEST_CASE("Overrides reach into a compressor, or replace it") {
  const ReadCompressing top =
      read_compressing(R"({"kind":"compressing","compressor":{"kind":"top_k","k":3}})", {"/algorithm/compressor/k=5"});
  CHECK(top.made.compressor->bits(100).authors == 64 * 5);
  const ReadCompressing other =
      read_compressing(R"({"kind":"compressing"})", {R"(/algorithm/compressor={"kind":"top_k","fraction":0.5})"});
  CHECK(other.made.compressor->bits(100).authors == 64 * 50);
}

TEST_CASE("An impossible compressor is refused with its place") {
  CHECK(compressing_complaint(R"({"kind":"compressing","compressor":{"kind":"top_j"}})")
            .starts_with("a.json: /algorithm/compressor/kind: unknown kind \"top_j\"\n  expected one of: chosen, identity, "));
  CHECK(compressing_complaint(R"({"kind":"compressing","compressor":{"kind":"top_j"}})")
            .ends_with("did you mean \"top_k\"?"));
  CHECK(compressing_complaint(R"({"kind":"compressing","compressor":{"kind":"top_k","fraction":1.5}})") ==
        "a.json: /algorithm/compressor/fraction: 1.5 is out of range\n  expected a number above 0 and at most 1");
  CHECK(compressing_complaint(R"({"kind":"compressing","compressor":{"kind":"top_k"}})") ==
        "a.json: /algorithm/compressor: says neither \"k\" nor \"fraction\"; expected one of them");
  CHECK(compressing_complaint(R"({"kind":"compressing","compressor":{"kind":"qsgd","level":4}})") ==
        "a.json: /algorithm/compressor/level: \"level\" is not a key here\n  expected one of: kind, levels, rescaled\n"
        "  did you mean \"levels\"?");
  CHECK(compressing_complaint(R"({"kind":"compressing","compresor":"qsgd"})") ==
        "a.json: /algorithm/compresor: \"compresor\" is not a key here\n  expected one of: compressor, kind, "
        "step_size\n  did you mean \"compressor\"?");
}

/// A structure like those of algorithms with a step size.
struct Stepping {
  StepSize step_size = 0.1;
};

struct ReadStepping {
  StepSize step_size;
  std::string resolved;
};

ReadStepping read_stepping(const std::string& step_size) {
  static const std::vector<Entry<Stepping()>> registry{
      entry<Stepping(), Stepping>("stepping", "an algorithm with a step size", [](Stepping s) { return s; },
                                  {{"step_size", &Stepping::step_size, "step size η"}})};
  const Json json =
      parse_json(R"({"kind": "stepping")" + (step_size.empty() ? "" : ", \"step_size\": " + step_size) + "}", "");
  BlockReader block{&json, {"a.json", "/algorithm"}, testing::standard()};
  const auto choice = block.choice(registry);
  const Json resolved = block.finish();
  return {choice.entry->make(choice.values).step_size, compact(resolved.at("step_size"))};
}

std::string stepping_complaint(const std::string& step_size) {
  try {
    read_stepping(step_size);
  } catch (const ExperimentError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("A number in place of a part means the kind that its type names, and is written as a number") {
  for (const char* const text : {"", "null", "0.1", R"({"kind": "constant", "value": 0.1})"}) {
    CAPTURE(text);
    CHECK(read_stepping(text).step_size.at(5) == 0.1);
    CHECK(read_stepping(text).resolved == "0.1");
  }
}

TEST_CASE("A part within a part is resolved with every default, and reads back to itself") {
  const ReadStepping read =
      read_stepping(R"({"kind": "warm_up", "steps": 2, "then": {"kind": "step_decay", "base": 0.5, "steps": [3]}})");
  CHECK(read.resolved == R"({"kind":"warm_up","steps":2,"from":0,"then":)"
                         R"({"kind":"step_decay","base":0.5,"steps":[3],"factor":0.1}})");
  CHECK(read_stepping(read.resolved).resolved == read.resolved);
  CHECK(read.step_size.at(0) == 0.25);
  CHECK(read.step_size.at(4) == 0.5);
  CHECK(read.step_size.at(5) == 0.5 * 0.1);
  CHECK(read_stepping(R"({"kind": "warm_up", "steps": 2, "then": 0.5})").step_size.at(9) == 0.5);
}

TEST_CASE("An impossible part is refused with its place") {
  CHECK(stepping_complaint("0") == "a.json: /algorithm/step_size: 0 is out of range\n  expected a number above 0");
  CHECK(stepping_complaint("[0.1]") ==
        "a.json: /algorithm/step_size: [0.1] is not a number\n  expected a number above 0");
  CHECK(stepping_complaint(R"("0.1")") ==
        "a.json: /algorithm/step_size: \"0.1\" is not a number\n  expected a number above 0\n"
        "  a number has no quotes: 0.1");
  CHECK(stepping_complaint(R"("cosin")") ==
        "a.json: /algorithm/step_size/kind: unknown kind \"cosin\"\n"
        "  expected one of: constant, cosine, inverse_time, list, step_decay, warm_up\n  did you mean \"cosine\"?");
  CHECK(stepping_complaint("{}").starts_with("a.json: /algorithm/step_size/kind: missing\n"));
  CHECK(stepping_complaint(R"("cosine")") ==
        "a.json: /algorithm/step_size/steps: missing\n  expected an integer at least 1");
  CHECK(stepping_complaint(R"({"kind": "warm_up", "steps": 3, "then": {"kind": "cosine", "step": 3}})") ==
        "a.json: /algorithm/step_size/then/steps: missing, and \"step\" is not a key here\n"
        "  expected an integer at least 1; did you mean \"steps\"?");
  CHECK(stepping_complaint(R"({"kind": "list", "values": []})") ==
        "a.json: /algorithm/step_size: a list of step sizes has at least one");
}

}  // namespace
}  // namespace gossamer
