#include "experiments/commands/list.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/commands/manual_json.hpp"
#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

/// The families of a section in its order; one without a name if it has none.
std::vector<std::string> families_of(const Section& section) {
  std::vector<std::string> families = section.families;
  for (const Description& entry : section.entries)
    if (std::find(families.begin(), families.end(), entry.family) == families.end()) families.push_back(entry.family);
  return families;
}

/// Names and sentences, one a line that begins with two spaces; a heading for each family.
void print(const Section& section, std::ostream& out) {
  std::size_t width = 0;
  for (const Description& entry : section.entries) width = std::max(width, entry.name.size());
  for (const std::string& family : families_of(section)) {
    out << section.name << (family.empty() ? "" : ": " + family) << '\n';
    for (const Description& entry : section.entries)
      if (entry.family == family) out << fmt::format("  {:<{}}  {}\n", entry.name, width, entry.sentence);
  }
}

/// Whether `kind` is the name of the section or the key of its block. The last word of its noun would be no name, as in
/// "a law of step times".
bool answers_to(const Section& section, const std::string& kind) {
  if (kind.empty()) return false;
  return kind == section.name || kind == section.key || kind == section.key.substr(section.key.rfind('/') + 1);
}

/// The sections that are asked for, the blocks last. Throws ExperimentError if there is no such kind.
std::vector<const Section*> wanted_sections(const std::optional<std::string>& kind, const Vocabulary& vocabulary) {
  const auto& [sections, blocks] = vocabulary.manual();
  std::vector<const Section*> all;
  for (const Section& section : sections) all.push_back(&section);
  all.push_back(&blocks);
  if (!kind) return all;
  std::vector<std::string> names;
  for (const Section* const section : all) {
    if (section == &blocks ? *kind == blocks.name : answers_to(*section, *kind)) return {section};
    names.push_back(section->name);
  }
  const auto nearest = meant_name(*kind, names);
  refuse({"list", ""}, fmt::format("unknown kind \"{}\"", shortened(*kind)),
         fmt::format("one of: {}{}", fmt::join(names, ", "),
                     vocabulary.is_known_name(*kind) ? fmt::format("; gossamer explain {} describes that", *kind) : ""),
         nearest);
}

Json json_of_list(const std::vector<const Section*>& sections, const std::filesystem::path& home) {
  Json result{{"program", "gossamer"}, {"home", home.string()}, {"sections", Json::array()}};
  for (const Section* const section : sections) result["sections"].push_back(json_of(*section));
  return result;
}

}  // namespace

void list_command(const ListCommand& command, const Catalogue& catalogue, const std::filesystem::path& home,
                  std::ostream& out) {
  const Vocabulary vocabulary{catalogue};
  const std::vector<const Section*> sections = wanted_sections(command.kind, vocabulary);
  if (command.json) {
    out << pretty(json_of_list(sections, home)) << '\n';
    return;
  }
  for (const Section* const section : sections) {
    if (section != sections.front()) out << '\n';
    print(*section, out);
  }
  if (!command.kind)
    out << "\ngossamer explain NAME describes each, every key of an experiment file or a trace, and symbols.\n";
}

}  // namespace gossamer
