#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/configuration/seeds.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "tests/experiments/configuration/message_about.hpp"
#include "tests/experiments/standard.hpp"

// experiments/formats/experiment.md has the keys that the readers know, with the defaults that they fill in.
namespace gossamer {
namespace {

const std::string& page() {
  static const std::string text = [] {
    std::ifstream file{"experiments/formats/experiment.md"};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  }();
  return text;
}

/// A default as the page writes it: "0.1", "required"; empty if there is none.
std::string default_on_page(const Setting& setting) {
  const std::string text = default_of(setting);
  if (text == "optional") return "";
  return text.starts_with("default ") ? fmt::format("`{}`", text.substr(8)) : text;
}

std::vector<std::string> table_of(const std::vector<Setting>& settings) {
  std::vector<std::string> rows;
  for (const Setting& setting : settings) {
    std::vector<std::string> sentences{setting.sentence};
    for (const std::string& rule : rules_of(setting, settings)) sentences.push_back(rule);
    rows.push_back(fmt::format("| `{}` | {} | {} | {} |", setting.name, accepted(setting), default_on_page(setting),
                               fmt::join(sentences, "; ")));
  }
  return rows;
}

/// A row for each kind: its own settings with their defaults.
std::vector<std::string> table_of(const Section& section) {
  std::vector<std::string> rows;
  for (const Description& entry : section.entries) {
    std::vector<std::string> settings;
    for (const Setting& setting : entry.settings) {
      const std::string usual = default_on_page(setting);
      settings.push_back(fmt::format("`{}`{}", setting.name, usual.empty() ? "" : " " + usual));
    }
    if (entry.of_graph) settings.emplace_back("`of` required");
    rows.push_back(fmt::format("| `{}` | {} |", entry.name, fmt::join(settings, ", ")));
  }
  return rows;
}

std::vector<std::string> table_of(const std::vector<GlossaryEntry>& terms) {
  std::vector<std::string> rows;
  for (const GlossaryEntry& term : terms) {
    std::vector<std::string> here;
    for (const std::string& name : term.here) here.push_back("`" + name + "`");
    rows.push_back(
        fmt::format("| `{}` | {} | {} |", fmt::join(term.names, "`, `"), fmt::join(here, ", "), term.sentence));
  }
  return rows;
}

std::vector<std::vector<std::string>> all_tables() {
  std::vector<std::vector<std::string>> tables;
  for (const Description& block : testing::words().manual().blocks.entries)
    if (!block.settings.empty()) tables.push_back(table_of(block.settings));
  for (const Section& section : testing::words().manual().sections)
    if (!section.key.empty()) tables.push_back(table_of(section));
  tables.push_back(table_of(settings_of(seed_fields())));
  tables.push_back(table_of(symbols()));
  tables.push_back(table_of(foreign_names()));
  return tables;
}

TEST_CASE("The page on experiment files has the table of every block, of its kinds, and of symbols and other names") {
  for (const auto& rows : all_tables()) {
    const std::string table = fmt::format("{}\n", fmt::join(rows, "\n"));
    CHECK_MESSAGE(page().find(table) != std::string::npos, "expected on experiments/formats/experiment.md:\n" << table);
  }
}

TEST_CASE("Every row of the page on experiment files belongs to a reader") {
  std::string all;
  for (const auto& rows : all_tables()) all += fmt::format("{}\n", fmt::join(rows, "\n"));
  std::istringstream lines{page()};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("| `")) CHECK_MESSAGE(all.find(line + "\n") != std::string::npos, line);
}

TEST_CASE("The page on experiment files names every block, and where it is") {
  for (const Description& block : testing::words().manual().blocks.entries)
    if (!block.pointer.empty())
      CHECK_MESSAGE(page().find("`" + block.pointer + "`") != std::string::npos, block.pointer);
}

/// The texts between ```json and ```.
std::vector<std::string> examples() {
  std::vector<std::string> found;
  const std::string fence = "```json\n";
  for (std::size_t at = page().find(fence); at != std::string::npos; at = page().find(fence, at + 1)) {
    const std::size_t start = at + fence.size();
    found.push_back(page().substr(start, page().find("```", start) - start));
  }
  return found;
}

TEST_CASE("The examples of the page on experiment files are right") {
  REQUIRE(examples().size() > 10);
  CHECK(testing::message_about({}, examples().front()) == "");
  for (const std::string& example : examples()) {
    if (example.starts_with('{')) continue;
    const Json keys = parse_json("{" + example + "}", "example");
    std::vector<std::string> changes;
    for (const auto& [key, value] : keys.items()) changes.push_back("/" + key + "=" + compact(value));
    CHECK_MESSAGE(testing::message_about(changes, examples().front()) == "", example);
  }
}

}  // namespace
}  // namespace gossamer
