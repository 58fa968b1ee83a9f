#include "experiments/configuration/faults_block.hpp"

#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/building.hpp"

namespace gossamer {

const std::vector<Field<FaultSettings>>& fault_settings_fields() {
  static const std::vector<Field<FaultSettings>> fields{
      {"detection", &FaultSettings::detection, above(0),
       "after which time a node learns that what it waits for will not come; it waits for ever where not given"},
      {"restart_from", &FaultSettings::restart_from,
       choices<RestartFrom>({{"initial", RestartFrom::initial}, {"neighbor", RestartFrom::neighbor}}),
       "what nodes start from that join late or come back without their state: their model at time zero, or that of a "
       "random neighbor that is up, which takes a message"}};
  return fields;
}

std::optional<FaultsBlock> read_faults(BlockReader& root) {
  const Json* const given = root.block("faults");
  if (!given) return std::nullopt;
  const Json wrapped = given->is_array() ? Json::object({{"kinds", *given}}) : *given;
  BlockReader block = root.inner(&wrapped, "faults");
  block.expect({"kinds"});
  FaultsBlock result{.settings = filled(block, fault_settings_fields()), .kinds = {}, .place = block.place()};
  const char* const example = R"(a list such as [{"kind": "loss", "probability": 0.01}])";
  const Json& kinds = block.required_block("kinds", example);
  const Place list = given->is_array() ? block.place() : block.place().at("kinds");
  if (!kinds.is_array()) refuse(list, fmt::format("{} is not a list", shown(kinds)), example);
  Json read = Json::array();
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    BlockReader element{&kinds[k], list.at(std::to_string(k)), root.catalogue()};
    result.kinds.push_back(element.choice(root.catalogue().fault_kinds()));
    read.push_back(element.finish());
  }
  block.keep("kinds", std::move(read));
  root.keep("faults", block);
  return result;
}

std::unique_ptr<Faults> build_faults(const FaultsBlock& block, NodeId nodes, std::uint64_t seed,
                                     Collectives collectives) {
  auto faults = std::make_unique<Faults>();
  faults->detection = block.settings.detection;
  faults->restart_from = block.settings.restart_from;
  std::map<std::string, std::uint64_t> repetitions;
  for (const auto& kind : block.kinds) {
    const FaultContext context{.nodes = nodes, .seed = seed_of_repetition(seed, repetitions[kind.entry->name]++)};
    built(kind.place, [&] {
      kind.entry->make(kind.values, *faults, context);
      return 0;
    });
  }
  if (faults->outages.empty() && faults->restart_from != RestartFrom::initial)
    refuse(block.place.at("restart_from"), "has no effect, as no node is ever down",
           "\"initial\", or a kind such as crash or churn");
  if (!faults->outages.empty() && collectives == Collectives::played)
    refuse(block.place, "an all-reduce that is played message by message needs every node, and here some may be down",
           "\"collectives\": \"formula\" at /network");
  return faults;
}

}  // namespace gossamer
