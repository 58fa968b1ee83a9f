#include "experiments/configuration/vocabulary.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/configuration/glossary.hpp"
#include "experiments/trace/trace_columns.hpp"
#include "sim/ground/parts.hpp"

namespace gossamer {
namespace {

void add_keys(const std::vector<Setting>& settings, const std::string& block, const std::string& kind,
              std::vector<KeyPlace>& keys) {
  for (const Setting& setting : settings) keys.push_back({&setting, &settings, block, kind});
}

/// A block's pointer without the numbers of list elements. The block from which rounds are made is a topology, too.
std::string without_numbers(std::string_view pointer) {
  std::string result;
  for (std::size_t start = 1; start <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', start), pointer.size());
    const std::string_view key = pointer.substr(start, end - start);
    if (!std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; }))
      result += "/" + std::string{key};
    start = end + 1;
  }
  return result == "/topology/of" ? "/topology" : result;
}

/// The names here that a key may mean, itself first.
std::vector<std::string> names_here(std::string_view key) {
  std::vector<std::string> names{std::string{key}};
  for (const GlossaryEntry* const term : terms_named(key))
    names.insert(names.end(), term->here.begin(), term->here.end());
  return names;
}

bool has_key(const Description& entry, const std::string& key) {
  return std::any_of(entry.settings.begin(), entry.settings.end(),
                     [&](const Setting& setting) { return setting.name == key; });
}

constexpr std::size_t most_named = 4;

std::string list_of_first(const std::vector<std::string>& names) {
  if (names.size() <= most_named) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + most_named, ", "),
                     names.size() - most_named);
}

/// The other kinds of the block that have the key, in words: the counterpart of its own kind, or all.
std::string kinds_with_key(const Section& section, std::string_view kind, const std::string& key) {
  std::vector<std::string> kinds;
  for (const Description& entry : section.entries) {
    if (entry.name == kind)
      for (const auto& [lacked, counterpart] : entry.counterparts)
        if (lacked == key) return fmt::format("is a key of {}, not of {}", counterpart, kind);
    if (has_key(entry, key)) kinds.push_back(entry.name);
  }
  return kinds.empty() ? "" : fmt::format("is a key of {}", list_of_first(kinds));
}

}  // namespace

Vocabulary::Vocabulary(const Catalogue& catalogue) : manual_{manual_of(catalogue)} {
  for (const Description& block : manual_.blocks.entries) {
    add_keys(block.settings, block.pointer, "", keys_);
    for (const Section& section : manual_.sections)
      if (section.is_at(block.pointer))
        for (const Description& entry : section.entries) add_keys(entry.settings, block.pointer, entry.name, keys_);
  }
}

std::vector<KeyPlace> Vocabulary::places_of(std::string_view key) const {
  std::vector<KeyPlace> places;
  for (const KeyPlace& place : keys_)
    if (place.setting->name == key) places.push_back(place);
  return places;
}

std::vector<std::string> Vocabulary::names() const {
  std::vector<std::string> names;
  for (const Section& section : manual_.sections)
    for (const Description& entry : section.entries) names.push_back(entry.name);
  for (const Description& block : manual_.blocks.entries) names.push_back(block.name);
  for (const KeyPlace& place : keys_) names.push_back(place.setting->name);
  for (const KeyPlace& place : keys_)
    names.insert(names.end(), place.setting->choices.begin(), place.setting->choices.end());
  for (const TraceColumn& column : trace_columns()) names.push_back(column.name);
  for (const auto* const terms : {&symbols(), &foreign_names()})
    for (const GlossaryEntry& term : *terms) names.insert(names.end(), term.names.begin(), term.names.end());
  return names;
}

bool Vocabulary::is_known_name(std::string_view name) const {
  const std::vector<std::string> all = names();
  return std::find(all.begin(), all.end(), name) != all.end();
}

/// The registry of the kinds of a part within a part; null if no setting of this name is one.
const Section* Vocabulary::section_of_part(std::string_view key) const {
  for (const KeyPlace& place : keys_) {
    if (place.setting->name != key || !place.setting->part_type) continue;
    for (const Section& section : manual_.sections)
      if (section.name == place.setting->part_type->name) return &section;
  }
  return nullptr;
}

/// The registry of a block; null for blocks without kinds.
const Section* Vocabulary::section_at(std::string_view block) const {
  const std::string pointer = without_numbers(block);
  for (const Section& section : manual_.sections) {
    if (section.is_at(pointer) || (section.listed && pointer == "/" + section.key.substr(0, section.key.find('/'))))
      return &section;
  }
  return section_of_part(pointer.substr(pointer.rfind('/') + 1));
}

/// The other blocks that have the key, in words.
std::string Vocabulary::home_of(const std::string& key) const {
  for (const Description& block : manual_.blocks.entries)
    if (block.name == key && !block.pointer.empty()) return fmt::format("belongs at {}", block.pointer);
  std::vector<std::string> pointers;
  for (const KeyPlace& place : places_of(key)) {
    const std::string pointer = place.block + "/" + key;
    if (std::find(pointers.begin(), pointers.end(), pointer) == pointers.end()) pointers.push_back(pointer);
  }
  return pointers.empty() ? "" : fmt::format("belongs at {}", list_of_first(pointers));
}

std::string Vocabulary::advice_on_key(std::string_view key, std::string_view block, std::string_view kind) const {
  const Section* const section = section_at(block);
  for (const std::string& name : names_here(key)) {
    std::string place = section ? kinds_with_key(*section, kind, name) : "";
    if (place.empty()) place = home_of(name);
    if (place.empty()) continue;
    const std::string subject =
        name == key ? fmt::format("\"{}\"", key) : fmt::format("\"{}\" is \"{}\" here, which", key, name);
    return fmt::format("{} {}; gossamer explain {} describes it", subject, place, name);
  }
  return "";
}

std::string Vocabulary::advice_on_kind(std::string_view kind) const {
  for (const std::string& name : names_here(kind)) {
    for (const Section& section : manual_.sections) {
      for (const Description& entry : section.entries) {
        if (entry.name != name) continue;
        if (name == kind) return fmt::format("\"{}\" is {}", kind, section.noun);
        const std::string sentence = sentence_on(kind, name);
        return fmt::format("\"{}\" is \"{}\" here, {}{}{}", kind, name, section.noun, sentence.empty() ? "" : ": ",
                           sentence);
      }
    }
  }
  return "";
}

}  // namespace gossamer
