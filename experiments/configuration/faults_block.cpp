#include "experiments/configuration/faults_block.hpp"

#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

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
  FaultsBlock result{.settings = block.fill(fault_settings_fields()), .kinds = {}, .place = block.place()};
  const char* const example = R"(a list such as [{"kind": "loss", "probability": 0.01}])";
  const Json& kinds = block.required_block("kinds", example);
  block.read_list(kinds, given->is_array() ? result.place : result.place.at("kinds"), "kinds", example,
                  [&](BlockReader& kind) { result.kinds.push_back(kind.choice(root.catalogue().fault_kinds())); });
  root.keep("faults", block);
  return result;
}

std::unique_ptr<Faults> FaultsBlock::build(NodeId nodes, std::uint64_t seed, Collectives collectives) const {
  auto faults = std::make_unique<Faults>();
  faults->detection = settings.detection;
  faults->restart_from = settings.restart_from;
  std::map<std::string, std::uint64_t> repetitions;
  for (const auto& kind : kinds)
    kind.build(*faults,
               FaultContext{.nodes = nodes, .seed = seed_of_repetition(seed, repetitions[kind.entry->name]++)});
  if (faults->outages.empty() && faults->restart_from != RestartFrom::initial)
    refuse(place.at("restart_from"), "has no effect, as no node is ever down",
           "\"initial\", or a kind such as crash or churn");
  if (!faults->outages.empty() && collectives == Collectives::played)
    refuse(place, "an all-reduce that is played message by message needs every node, and here some may be down",
           "\"collectives\": \"formula\" at /network");
  return faults;
}

}  // namespace gossamer
