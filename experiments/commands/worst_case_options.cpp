#include "experiments/commands/worst_case_options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/source_file.hpp"

namespace gossamer {
namespace {

/// A number on the command line, or none.
std::optional<double> number_in(std::string_view text) {
  if (text == "inf") return std::numeric_limits<double>::infinity();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

double required_number(const std::string& option, std::string_view text) {
  const auto number = number_in(text);
  if (!number) refuse({option, ""}, fmt::format("\"{}\" is not a number", text));
  return *number;
}

/// The quantities of a question that are no keys of an experiment, by their symbols.
void set_quantity(WorstCaseQuestion& question, const std::string& option, std::string_view symbol, double value) {
  GivenConstants& constants = question.constants;
  if (symbol == "K") {
    if (value < 1 || value > 1000 || value != std::floor(value))
      refuse({option, ""}, fmt::format("K = {}", value), "a number of rounds from 1 to 1000");
    question.rounds = static_cast<int>(value);
  } else if (symbol == "lambda" || symbol == "lam") {
    question.spectrum = SpectrumInterval{.least = -std::abs(value), .largest = std::abs(value), .changing = false};
  } else if (symbol == "L") {
    constants.smoothness = value;
  } else if (symbol == "mu") {
    constants.strong_convexity = value;
  } else if (symbol == "R") {
    constants.distance = value;
  } else if (symbol == "zeta") {
    constants.dissimilarity = value;
  } else if (symbol == "delta") {
    if (!(value > 0 && value <= 1)) refuse({option, ""}, fmt::format("delta = {}", value), "0 < delta <= 1");
    constants.contraction = value;
  } else {
    refuse({option, ""}, fmt::format("\"{}\" is neither a constant nor a key of an experiment", symbol),
           "one of: K, L, R, delta, lambda, mu, zeta; or a key such as step_size");
  }
}

void set_constants(WorstCaseQuestion& question, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      const auto equals = one.find('=');
      const std::string option = "--class " + text;
      if (equals == one.npos) refuse({option, ""}, fmt::format("\"{}\" has no value", one), "such as L=1,mu=0.1,R=1");
      const std::string_view symbol = one.substr(0, equals);
      if (symbol == "K" || symbol.starts_with("lam"))
        refuse({option, ""}, fmt::format("\"{}\" is not a constant of problems", symbol), "L, mu, R, zeta or delta");
      set_quantity(question, option, symbol, required_number(option, one.substr(equals + 1)));
    }
  }
}

void set_spectrum(WorstCaseQuestion& question, const WorstCaseCommand& command) {
  const std::string& text = command.spectrum;
  const std::string option = "--spectrum " + text;
  if (text == "interval") question.interval_of_graph = true;
  if (text == "graph" || text == "interval") {
    if (command.changing) refuse({"--changing", ""}, "the graph's own W are known", "--spectrum l,u");
    return;
  }
  const auto comma = text.find(',');
  if (comma == text.npos) refuse({option, ""}, "is no interval", "graph, interval, or two numbers such as -0.5,0.9");
  question.spectrum = SpectrumInterval{.least = required_number(option, std::string_view{text}.substr(0, comma)),
                                       .largest = required_number(option, std::string_view{text}.substr(comma + 1)),
                                       .changing = command.changing};
}

}  // namespace

WorstCaseQuestion question_of(const WorstCaseCommand& command) {
  WorstCaseQuestion question{.source = std::make_shared<const Json>(read_source_file(command.file)),
                             .file = command.file,
                             .overrides = command.overrides,
                             .rounds = command.rounds,
                             .measure = command.measure,
                             .start = command.start};
  set_constants(question, command.constants);
  set_spectrum(question, command);
  return question;
}

WorstCaseQuestion changed(WorstCaseQuestion question, const Axis& axis, const AxisPoint& point) {
  if (point.changes.empty()) {
    const std::string option = "--over " + axis.name;
    set_quantity(question, option, axis.name, required_number(option, point.text()));
  }
  for (const KeyChange& change : point.changes) question.overrides.push_back(change.pointer + "=" + change.json);
  return question;
}

TunedSetting tuned_setting(const std::string& word, const Vocabulary& words) {
  const std::string name = word.starts_with('/') ? last_key(word) : word;
  const auto places = words.places_of(name);
  const bool is_setting = std::any_of(places.begin(), places.end(), [](const KeyPlace& place) {
    return place.block == "/algorithm" && place.setting->type == Setting::Type::number;
  });
  if (!is_setting && name != "step_size")
    refuse({"--tune " + word, ""}, fmt::format("no algorithm has a number \"{}\"", name), "such as step_size");
  return {.pointer = word.starts_with('/') ? word : "/algorithm/" + word, .name = name};
}

}  // namespace gossamer
