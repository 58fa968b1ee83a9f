#include "experiments/configuration/topology_block.hpp"

#include <string>
#include <variant>

#include <fmt/format.h>

namespace gossamer {
namespace {

/// The graph from which rounds are made. Its weights do not matter, so its block has no keys for them.
Choice<TopologyEntry> read_base(BlockReader& block) {
  block.required_block("of", "a block such as {\"kind\": \"ring\", \"nodes\": 8}");
  const Choice<TopologyEntry> choice = block.choice_at("of", block.catalogue().topologies());
  if (choice.entry->takes_base)
    refuse(choice.place.at("kind"), fmt::format("\"{}\" has rounds of its own", choice.entry->name), "one graph");
  return choice;
}

Topology build(const Choice<TopologyEntry>& choice, const Values& weighting, std::uint64_t seed, const Topology* base) {
  return built(choice.place, [&] {
    Values values = choice.values;
    for (const char* const file : {"path", "matchings"})
      if (const auto given = values.find(file); given != values.end())
        if (const auto* const path = std::get_if<std::string>(&given->second))
          given->second = find_data(*path, choice.place.at(file)).string();
    return make_topology(*choice.entry, values, weighting, seed, base);
  });
}

}  // namespace

TopologyBlock read_topology(BlockReader& block) {
  block.expect({"of"});
  block.expect_settings(weighting_settings());
  TopologyBlock result{.kind = block.choice(block.catalogue().topologies()), .weighting = {}, .base = {}};
  if (result.kind.entry->takes_base)
    result.base = read_base(block);
  else if (block.block("of"))
    refuse(block.place().at("of"), fmt::format("\"{}\" is not made of another graph", result.kind.entry->name));
  result.weighting = block.settings(weighting_settings());
  return result;
}

Topology TopologyBlock::build(std::uint64_t seed) const {
  if (!base) return gossamer::build(kind, weighting, seed, nullptr);
  const Topology of = gossamer::build(*base, defaults(weighting_settings()), seed, nullptr);
  return gossamer::build(kind, weighting, seed, &of);
}

}  // namespace gossamer
