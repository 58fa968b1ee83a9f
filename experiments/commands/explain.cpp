#include "experiments/commands/explain.hpp"

#include <algorithm>
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "experiments/block_reader.hpp"
#include "experiments/catalogue.hpp"
#include "experiments/json.hpp"
#include "experiments/nearest_name.hpp"

namespace gossamer {
namespace {

std::string default_of(const Setting& setting) {
  if (setting.required) return "required";
  if (std::holds_alternative<std::monostate>(setting.fallback)) return "optional";
  const std::string text = compact(written(setting.fallback, setting));
  return text == "\"\"" ? "optional" : "default " + text;
}

void print(const std::vector<Setting>& settings, std::ostream& out) {
  std::size_t width = 0;
  for (const Setting& setting : settings) width = std::max(width, setting.name.size());
  for (const Setting& setting : settings) {
    out << fmt::format("  {:<{}}  {}; {}\n", setting.name, width, accepted(setting), default_of(setting));
    if (!setting.sentence.empty()) out << fmt::format("  {:<{}}    {}\n", "", width, setting.sentence);
    for (const auto& [condition, because] : setting.rules)
      out << fmt::format("  {:<{}}    {} {}\n", "", width,
                         because.empty() ? "has an effect only if" : "may differ from its default only if",
                         text(condition, settings));
  }
}

/// A value for the example: the default, or what the messages show where there is none.
Json example_of(const Setting& setting) {
  if (!setting.required) return written(setting.fallback, setting);
  switch (setting.type) {
    case Setting::Type::integer:
      return {std::max<std::int64_t>(8, static_cast<std::int64_t>(setting.range.low))};
    case Setting::Type::number:
      return {std::max(0.1, setting.range.low)};
    case Setting::Type::compressor:
      return {Json::Object{{"kind", {std::string{"…"}}}}};
    default:
      return {std::string{"…"}};
  }
}

/// The block as it would stand in an experiment file.
Json example_of(const Offer& offer) {
  Json::Object block{{"kind", {offer.name}}};
  for (const Setting& setting : offer.settings) {
    Json value = example_of(setting);
    if (!value.is_null()) block.push_back({setting.name, std::move(value)});
  }
  if (offer.of_graph)
    block.push_back({"of", {Json::Object{{"kind", {std::string{"ring"}}}, {"nodes", {std::int64_t{8}}}}}});
  return {std::move(block)};
}

void print(const Offer& offer, const Shelf& shelf, std::ostream& out) {
  out << fmt::format("{}: {}\n  {}\n", offer.name, shelf.noun, offer.sentence);
  if (!offer.source.empty()) out << "  " << offer.source << '\n';
  for (const std::string& fact : offer.facts) out << "  " << fact << '\n';
  out << (offer.settings.empty() ? "\nIt has no settings of its own.\n" : "\nsettings\n");
  print(offer.settings, out);
  if (offer.of_graph) out << "  of  the block of another topology whose rounds are all the same; required\n";
  if (!shelf.common.empty()) {
    out << fmt::format("\nsettings of every block \"{}\"\n", shelf.key);
    print(shelf.common, out);
  }
  if (shelf.key.empty()) return;
  const std::string key = shelf.key.substr(shelf.key.rfind('/') + 1);
  const std::string example = spaced(example_of(offer));
  out << fmt::format("\nin an experiment file, at /{}\n  \"{}\": {}\n", shelf.key, key,
                     shelf.listed ? fmt::format("[{}]", example) : example);
}

}  // namespace

void explain_command(const std::string& name, std::ostream& out) {
  std::vector<const Shelf*> shelves;
  for (const Shelf& shelf : catalogue()) shelves.push_back(&shelf);
  shelves.push_back(&plain_blocks());

  std::vector<std::string> names;
  bool found = false;
  for (const Shelf* const shelf : shelves) {
    for (const Offer& offer : shelf->offers) {
      names.push_back(offer.name);
      if (offer.name != name) continue;
      if (found) out << '\n';
      print(offer, *shelf, out);
      found = true;
    }
  }
  if (!found)
    refuse({"explain", ""}, fmt::format("nothing is called \"{}\"", name), "a name that `gossamer list` shows",
           nearest_name(name, names));
}

}  // namespace gossamer
