#include "experiments/configuration/seeds.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "experiments/configuration/block_reader.hpp"

namespace gossamer {

const std::vector<Field<Seeds>>& seed_fields() {
  static const std::vector<Field<Seeds>> fields{
      {"all", &Seeds::all, at_least(0),
       "of everything that has no seed of its own, also of initial models, partners, compression, clients of servers"},
      {"data", &Seeds::data, at_least(0), "of drawn samples, splits into parts and drawn objectives"},
      {"partition", &Seeds::partition, at_least(0), "of the assignment of samples to nodes"},
      {"topology", &Seeds::topology, at_least(0), "of random graphs and rounds"},
      {"batches", &Seeds::batches, at_least(0), "of minibatches, gradient noise and the samples that records evaluate"},
      {"compute", &Seeds::compute, at_least(0), "of step times and stragglers"},
      {"network", &Seeds::network, at_least(0), "of jitter and of the nodes' positions"},
      {"faults", &Seeds::faults, at_least(0), "of crashes, absences and lost messages"}};
  return fields;
}

Seeds take_seeds(Json& experiment, const std::string& name, const Catalogue& catalogue) {
  Json* const given = find_key(experiment, "seed");
  if (!given || !given->is_object()) return {};
  BlockReader block{given, {name, "/seed"}, catalogue};
  const Seeds seeds = block.fill(seed_fields());
  block.refuse_unknown();
  *given = seeds.all;
  return seeds;
}

Json json_of(const Seeds& seeds) {
  Json object{{"all", seeds.all}};
  const std::pair<const char*, std::optional<std::int64_t> Seeds::*> purposes[] = {
      {"data", &Seeds::data},       {"partition", &Seeds::partition}, {"topology", &Seeds::topology},
      {"batches", &Seeds::batches}, {"compute", &Seeds::compute},     {"network", &Seeds::network},
      {"faults", &Seeds::faults}};
  for (const auto& [key, purpose] : purposes)
    if (const auto& own = seeds.*purpose; own && *own != seeds.all) object[key] = *own;
  return object.size() > 1 ? object : Json(seeds.all);
}

}  // namespace gossamer
