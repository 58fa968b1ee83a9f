#include "experiments/configuration/parts_in_manual.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace gossamer {
namespace {

/// The settings of algorithms that are parts of this type, each name once.
std::vector<const Setting*> settings_that_are(const PartType& type, const Catalogue& catalogue) {
  std::vector<const Setting*> found;
  for (const AlgorithmEntry& algorithm : catalogue.algorithms()) {
    for (const Setting& setting : algorithm.settings) {
      const auto same_name = [&](const Setting* other) { return other->name == setting.name; };
      if (setting.part_type == &type && std::none_of(found.begin(), found.end(), same_name)) found.push_back(&setting);
    }
  }
  return found;
}

std::string key_of(const Setting& setting) { return "algorithm/" + setting.name; }

}  // namespace

std::vector<Section> sections_of_parts(const Catalogue& catalogue) {
  std::vector<Section> sections;
  for (const PartList& list : catalogue.parts()) {
    Section section{.name = list.type->name, .noun = list.type->noun, .key = "", .entries = {}};
    for (const auto& entry : list.entries)
      section.entries.push_back(
          {.name = entry.name, .sentence = entry.sentence, .source = entry.source, .settings = entry.settings});
    for (const Setting* const setting : settings_that_are(*list.type, catalogue)) {
      if (section.key.empty())
        section.key = key_of(*setting);
      else
        section.other_keys.push_back(key_of(*setting));
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

std::vector<Description> blocks_of_parts(const Catalogue& catalogue) {
  std::vector<Description> blocks;
  for (const PartList& list : catalogue.parts()) {
    for (const Setting* const setting : settings_that_are(*list.type, catalogue)) {
      Description block{.name = setting->name, .sentence = setting->sentence, .pointer = "/" + key_of(*setting)};
      if (!list.type->note.empty()) block.facts.push_back(list.type->note);
      blocks.push_back(std::move(block));
    }
  }
  return blocks;
}

}  // namespace gossamer
