#include "experiments/commands/list.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {
namespace {

/// The families of a shelf in its order; one without a name if it has none.
std::vector<std::string> families_of(const Shelf& shelf) {
  std::vector<std::string> families = shelf.families;
  for (const Offer& offer : shelf.offers)
    if (std::find(families.begin(), families.end(), offer.family) == families.end()) families.push_back(offer.family);
  return families;
}

/// Names and sentences, one a line that begins with two spaces; a heading for each family.
void print(const Shelf& shelf, std::ostream& out) {
  std::size_t width = 0;
  for (const Offer& offer : shelf.offers) width = std::max(width, offer.name.size());
  for (const std::string& family : families_of(shelf)) {
    out << shelf.name << (family.empty() ? "" : ": " + family) << '\n';
    for (const Offer& offer : shelf.offers)
      if (offer.family == family) out << fmt::format("  {:<{}}  {}\n", offer.name, width, offer.sentence);
  }
}

/// Whether `kind` is the name of the shelf or the key of its block. The last word of its noun would be no name, as in
/// "a law of step times".
bool answers_to(const Shelf& shelf, const std::string& kind) {
  if (kind.empty()) return false;
  return kind == shelf.name || kind == shelf.key || kind == shelf.key.substr(shelf.key.rfind('/') + 1);
}

}  // namespace

void list_command(const std::optional<std::string>& kind, std::ostream& out) {
  if (!kind) {
    for (const Shelf& shelf : catalogue()) {
      print(shelf, out);
      out << '\n';
    }
    print(plain_blocks(), out);
    out << "\ngossamer explain NAME describes each, every key of an experiment file or a trace, and symbols.\n";
    return;
  }
  std::vector<std::string> names;
  for (const Shelf& shelf : catalogue()) {
    if (answers_to(shelf, *kind)) return print(shelf, out);
    names.push_back(shelf.name);
  }
  if (*kind == plain_blocks().name) return print(plain_blocks(), out);
  names.push_back(plain_blocks().name);
  const auto nearest = meant_name(*kind, names);
  refuse({"list", ""}, fmt::format("unknown kind \"{}\"", shortened(*kind)),
         fmt::format("one of: {}{}", fmt::join(names, ", "),
                     knows(*kind) ? fmt::format("; gossamer explain {} describes that", *kind) : ""),
         nearest);
}

}  // namespace gossamer
