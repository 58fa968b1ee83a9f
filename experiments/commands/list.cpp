#include "experiments/commands/list.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/glossary.hpp"
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

}  // namespace

void list_command(const std::optional<std::string>& kind, const Catalogue& catalogue, std::ostream& out) {
  const Vocabulary vocabulary{catalogue};
  const auto& [sections, blocks] = vocabulary.manual();
  if (!kind) {
    for (const Section& section : sections) {
      print(section, out);
      out << '\n';
    }
    print(blocks, out);
    out << "\ngossamer explain NAME describes each, every key of an experiment file or a trace, and symbols.\n";
    return;
  }
  std::vector<std::string> names;
  for (const Section& section : sections) {
    if (answers_to(section, *kind)) return print(section, out);
    names.push_back(section.name);
  }
  if (*kind == blocks.name) return print(blocks, out);
  names.push_back(blocks.name);
  const auto nearest = meant_name(*kind, names);
  refuse({"list", ""}, fmt::format("unknown kind \"{}\"", shortened(*kind)),
         fmt::format("one of: {}{}", fmt::join(names, ", "),
                     vocabulary.is_known_name(*kind) ? fmt::format("; gossamer explain {} describes that", *kind) : ""),
         nearest);
}

}  // namespace gossamer
