#include "experiments/commands/explain.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/commands/manual_json.hpp"
#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/glossary.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/manual.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/sweep/axis.hpp"
#include "experiments/sweep/sweep_keys.hpp"
#include "experiments/trace/trace_columns.hpp"

namespace gossamer {
namespace {

void print(const std::vector<Setting>& settings, std::ostream& out) {
  std::size_t width = 0;
  for (const Setting& setting : settings) width = std::max(width, setting.name.size());
  for (const Setting& setting : settings) {
    out << fmt::format("  {:<{}}  {}; {}\n", setting.name, width, accepted(setting), default_of(setting));
    if (!setting.sentence.empty()) out << fmt::format("  {:<{}}    {}\n", "", width, setting.sentence);
    for (const std::string& rule : rules_of(setting, settings)) out << fmt::format("  {:<{}}    {}\n", "", width, rule);
  }
}

/// A value for the example: the default, or, if there is none, the example of the messages.
Json example_of(const Setting& setting) {
  if (!setting.required) return written(setting.fallback, setting);
  switch (setting.type) {
    case Setting::Type::integer:
      return std::max<std::int64_t>(8, static_cast<std::int64_t>(setting.range.low));
    case Setting::Type::number:
      return std::max(0.1, setting.range.low);
    case Setting::Type::part:
      return Json::object({{"kind", "…"}});
    default:
      return "…";
  }
}

/// The block as it would be in an experiment file.
Json example_of(const Description& entry) {
  Json block = Json::object({{"kind", entry.name}});
  for (const Setting& setting : entry.settings) {
    Json value = example_of(setting);
    if (!value.is_null()) block[setting.name] = std::move(value);
  }
  if (entry.of_graph) block["of"] = Json::object({{"kind", "ring"}, {"nodes", 8}});
  return block;
}

void print_entry(const Description& entry, const Section& section, std::ostream& out) {
  out << fmt::format("{}: {}\n  {}\n", entry.name, section.noun, entry.sentence);
  if (!entry.source.empty()) out << "  " << entry.source << '\n';
  for (const std::string& fact : entry.facts) out << "  " << fact << '\n';
  out << (entry.settings.empty() ? "\nIt has no settings of its own.\n" : "\nsettings\n");
  print(entry.settings, out);
  if (entry.of_graph) out << "  of  the block of another topology whose rounds are all the same; required\n";
  if (!section.common.empty()) {
    out << fmt::format("\nsettings of every block \"{}\"\n", section.key);
    print(section.common, out);
  }
  if (section.key.empty()) return;
  const std::string example = spaced(example_of(entry));
  out << fmt::format("\nin an experiment file, at /{}\n  \"{}\": {}\n", section.key, last_key(section.key),
                     section.listed ? fmt::format("[{}]", example) : example);
}

/// A block of an experiment file, or another key of one that is no setting.
void print_block(const Description& block, const Manual& manual, std::ostream& out) {
  out << fmt::format("{}: {}{}\n  {}\n", block.name, manual.blocks.noun,
                     block.pointer.empty() ? "" : ", at " + block.pointer, block.sentence);
  for (const std::string& fact : block.facts) out << "  " << fact << '\n';
  if (!block.settings.empty()) out << "\nsettings\n";
  print(block.settings, out);
  for (const Section& section : manual.sections) {
    if (!section.is_at(block.pointer)) continue;
    out << "\nkinds\n";
    for (const Description& entry : section.entries) out << fmt::format("  {}\n", entry.name);
    out << fmt::format("`gossamer list {}` describes them, `gossamer explain KIND` each with its settings.\n",
                       section.name);
  }
  out << "\nexperiments/formats/experiment.md describes the whole file.\n";
}

/// One meaning of a key: the kinds of a block in which the key has the same pointer and the same text.
struct KeyMeaning {
  std::string pointer;
  std::vector<std::string> text;
  std::vector<std::string> kinds = {};
};

std::vector<KeyMeaning> meanings_of(const std::vector<KeyPlace>& places) {
  std::vector<KeyMeaning> meanings;
  for (const KeyPlace& place : places) {
    const std::string pointer = place.block + "/" + place.setting->name;
    std::vector<std::string> text{fmt::format("{}; {}", accepted(*place.setting), default_of(*place.setting))};
    if (!place.setting->sentence.empty()) text.push_back(place.setting->sentence);
    for (std::string& rule : rules_of(*place.setting, *place.siblings)) text.push_back(std::move(rule));
    auto found = std::find_if(meanings.begin(), meanings.end(), [&](const KeyMeaning& meaning) {
      return meaning.pointer == pointer && meaning.text == text;
    });
    if (found == meanings.end()) found = meanings.insert(meanings.end(), {pointer, std::move(text)});
    if (!place.kind.empty()) found->kinds.push_back(place.kind);
  }
  return meanings;
}

void print(const std::vector<KeyMeaning>& meanings, std::ostream& out) {
  for (const KeyMeaning& meaning : meanings) {
    out << fmt::format("  at {}", meaning.pointer);
    if (!meaning.kinds.empty()) out << fmt::format(" of {}", fmt::join(meaning.kinds, ", "));
    out << '\n';
    for (const std::string& line : meaning.text) out << "    " << line << '\n';
  }
}

/// A "key", or a "value" of keys.
void print_places(const std::string& name, std::string_view is, const std::vector<KeyPlace>& places,
                  std::ostream& out) {
  out << fmt::format("{}: a {} of an experiment file\n", name, is == "key" ? is : "value of keys");
  print(meanings_of(places), out);
}

bool has_choice(const Setting& setting, const std::string& name) {
  return std::find(setting.choices.begin(), setting.choices.end(), name) != setting.choices.end();
}

/// The places of the keys that accept a word.
std::vector<KeyPlace> places_of_value(const std::string& name, const Vocabulary& vocabulary) {
  std::vector<KeyPlace> places;
  for (const KeyPlace& place : vocabulary.keys())
    if (has_choice(*place.setting, name)) places.push_back(place);
  return places;
}

void print_columns(const std::vector<TraceColumn>& columns, std::ostream& out) {
  out << fmt::format("{}: a key of a trace, which experiments/formats/trace.md describes\n", columns.front().name);
  for (const TraceColumn& column : columns) out << fmt::format("  in `{}`: {}\n", column.record, column.meaning);
}

void print_sweep_keys(const std::vector<SweepKey>& keys, std::ostream& out) {
  out << fmt::format("{}: a key of a sweep file, which experiments/formats/sweep.md describes\n", keys.front().name);
  for (const SweepKey& key : keys) out << fmt::format("  at {}/{}\n    {}\n", key.block, key.name, key.sentence);
}

/// The names here of a term, but for the name itself.
std::vector<std::string> other_names(const std::string& name, const GlossaryEntry& term) {
  std::vector<std::string> here;
  for (const std::string& other : term.here)
    if (other != name) here.push_back(other);
  return here;
}

/// A foreign name and its names here. `own` is whether something here has that name, too.
void print_term(const std::string& name, const GlossaryEntry& term, std::string_view what, bool own,
                std::ostream& out) {
  const std::vector<std::string> here = other_names(name, term);
  const std::string list = fmt::format("{}", fmt::join(here, ", "));
  out << (own ? fmt::format("{}: see also {}\n", name, list) : fmt::format("{}: {}\n", name, what));
  if (!term.sentence.empty()) out << fmt::format("  {}\n", term.sentence);
  if (!own && !here.empty()) out << fmt::format("  called here: {}\n", list);
}

Json json_of_term(const std::string& name, const GlossaryEntry& term, std::string_view what) {
  Json result{{"is", what}, {"name", name}, {"here", other_names(name, term)}};
  if (!term.sentence.empty()) result["sentence"] = term.sentence;
  return result;
}

/// What a name means, for people and for programs. The text ends with a line break.
struct Meaning {
  std::string text;
  Json json;
};

/// The meanings of all things whose name matches.
class Explanations {
 public:
  using Matches = std::function<bool(const std::string&)>;

  Explanations(const Vocabulary& vocabulary, Matches matches) : vocabulary_{vocabulary}, matches_{std::move(matches)} {
    add_entries();
    add_blocks();
    add_keys();
    add_values();
    add_columns();
    add_sweep_keys();
    own_ = !meanings_.empty();
    add_terms(symbols(), "a symbol of papers and pages", false);
    add_terms(foreign_names(), "another name", own_);
  }

  const std::vector<Meaning>& meanings() const { return meanings_; }
  /// The names here of a foreign name; empty if something here has that name.
  const std::vector<std::string>& native_names() const { return native_names_; }

 private:
  template <class Print>
  void add(Json json, Print&& print) {
    std::ostringstream text;
    print(text);
    meanings_.push_back({text.str(), std::move(json)});
  }

  void add_entries() {
    for (const Section& section : vocabulary_.manual().sections)
      for (const Description& entry : section.entries)
        if (matches_(entry.name))
          add(json_of(entry, section, example_of(entry)), [&](std::ostream& out) { print_entry(entry, section, out); });
  }
  void add_blocks() {
    for (const Description& block : vocabulary_.manual().blocks.entries)
      if (matches_(block.name))
        add(json_of_block(block, vocabulary_.manual()),
            [&](std::ostream& out) { print_block(block, vocabulary_.manual(), out); });
  }
  void add_keys() {
    std::set<std::string> keys;
    for (const KeyPlace& place : vocabulary_.keys())
      if (matches_(place.setting->name)) keys.insert(place.setting->name);
    for (const std::string& key : keys) add_places(key, "key", vocabulary_.places_of(key));
  }
  void add_values() {
    std::set<std::string> values;
    for (const KeyPlace& place : vocabulary_.keys())
      for (const std::string& choice : place.setting->choices)
        if (matches_(choice)) values.insert(choice);
    for (const std::string& value : values) add_places(value, "value", places_of_value(value, vocabulary_));
  }
  void add_places(const std::string& name, const char* is, const std::vector<KeyPlace>& places) {
    add(json_of(name, is, places), [&](std::ostream& out) { print_places(name, is, places, out); });
  }
  void add_columns() {
    std::map<std::string, std::vector<TraceColumn>> found;
    for (const TraceColumn& column : trace_columns())
      if (matches_(column.name)) found[column.name].push_back(column);
    for (const auto& of_name : found)
      add(json_of(of_name.second), [&](std::ostream& out) { print_columns(of_name.second, out); });
  }
  void add_sweep_keys() {
    std::map<std::string, std::vector<SweepKey>> found;
    for (const SweepKey& key : sweep_keys())
      if (matches_(key.name)) found[key.name].push_back(key);
    for (const auto& of_name : found)
      add(json_of(of_name.second), [&](std::ostream& out) { print_sweep_keys(of_name.second, out); });
  }
  void add_terms(const std::vector<GlossaryEntry>& terms, std::string_view what, bool own) {
    for (const GlossaryEntry& term : terms) {
      const auto name = std::find_if(term.names.begin(), term.names.end(), matches_);
      if (name == term.names.end()) continue;
      add(json_of_term(*name, term, what), [&](std::ostream& out) { print_term(*name, term, what, own, out); });
      for (const std::string& here : term.here)
        if (!own_ && std::find(native_names_.begin(), native_names_.end(), here) == native_names_.end())
          native_names_.push_back(here);
    }
  }

  const Vocabulary& vocabulary_;
  Matches matches_;
  bool own_ = false;  ///< whether something here has such a name
  std::vector<Meaning> meanings_;
  std::vector<std::string> native_names_;
};

std::vector<std::string> known_names(const Vocabulary& vocabulary) {
  std::vector<std::string> names = vocabulary.names();
  for (const SweepKey& key : sweep_keys()) names.push_back(key.name);
  return names;
}

/// Explains the things with this name or, if there are none, with another spelling of it: "D-PSGD" is d_psgd.
Explanations explanations_of(const std::string& name, const Vocabulary& vocabulary) {
  Explanations exact{vocabulary, [&](const std::string& other) { return other == name; }};
  if (!exact.meanings().empty()) return exact;
  return Explanations{vocabulary, [&](const std::string& other) { return normalized(other) == normalized(name); }};
}

}  // namespace

void explain_command(const ExplainCommand& command, const Catalogue& catalogue, std::ostream& out) {
  const std::string& name = command.name;
  const Vocabulary vocabulary{catalogue};
  const Explanations found = explanations_of(last_key(name), vocabulary);  // of a pointer such as /stop/target_loss
  if (found.meanings().empty())
    refuse({"explain", ""}, fmt::format("nothing is called \"{}\"", shortened(name)),
           "a name that `gossamer list` shows, a key of an experiment file, a sweep file or a trace, or a symbol",
           meant_name(name, known_names(vocabulary)));
  std::vector<Meaning> meanings = found.meanings();
  for (const std::string& here : found.native_names()) {
    const Explanations same{vocabulary, [&](const std::string& other) { return other == here; }};
    meanings.insert(meanings.end(), same.meanings().begin(), same.meanings().end());
  }
  std::string text;
  for (const Meaning& meaning : meanings) text += (text.empty() ? "" : "\n") + meaning.text;
  if (!command.json) {
    out << text;
    return;
  }
  Json answer{{"name", name}, {"meanings", Json::array()}, {"text", text}};
  for (Meaning& meaning : meanings) answer["meanings"].push_back(std::move(meaning.json));
  out << pretty(answer) << '\n';
}

}  // namespace gossamer
