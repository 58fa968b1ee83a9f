#include "experiments/catalogue.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "algorithms/parts/aggregation.hpp"
#include "algorithms/parts/client_sampler.hpp"
#include "algorithms/parts/optimizer.hpp"
#include "algorithms/parts/outer_optimizer.hpp"
#include "algorithms/parts/variance_monitor.hpp"
#include "algorithms/periods/periods.hpp"
#include "algorithms/schedules/schedules.hpp"

namespace gossamer {
namespace {

/// `noun` names the kind of entry in messages: "an algorithm".
template <class E>
void append(std::vector<E>& entries, E entry, std::string_view noun) {
  if (entry.name.empty()) throw CatalogueError{fmt::format("cannot add {} without a name", noun)};
  if (!entry.make) throw CatalogueError{fmt::format("cannot add {} \"{}\" without `make`", noun, entry.name)};
  if (std::any_of(entries.begin(), entries.end(), [&](const E& other) { return other.name == entry.name; }))
    throw CatalogueError{
        fmt::format("cannot add {} \"{}\": the catalogue has one of this name already", noun, entry.name)};
  entries.push_back(std::move(entry));
}

template <class E>
E with_family(E entry) {
  if (entry.family.empty()) entry.family = "others";
  return entry;
}

std::vector<std::string> names_of(const std::vector<Setting>& settings) {
  std::vector<std::string> names;
  for (const Setting& setting : settings) names.push_back(setting.name);
  return names;
}

template <class E>
void add_all(const std::vector<E>& entries, Catalogue& catalogue) {
  for (const E& entry : entries) catalogue.add(entry);
}

}  // namespace

void Catalogue::add(AlgorithmEntry entry) { append(algorithms_, with_family(std::move(entry)), "an algorithm"); }
void Catalogue::add(TopologyEntry entry) { append(topologies_, with_family(std::move(entry)), "a topology"); }
void Catalogue::add(DataSourceEntry entry) { append(data_sources_, std::move(entry), "a data source"); }
void Catalogue::add(PartitionEntry entry) { append(partitions_, std::move(entry), "a partition"); }
void Catalogue::add(InitialParamsEntry entry) {
  append(initializations_, std::move(entry), "a choice of initial parameters");
}
void Catalogue::add(NetworkEntry entry) { append(networks_, std::move(entry), "a network"); }
void Catalogue::add(PlatformEntry entry) { append(platforms_, std::move(entry), "a platform"); }
void Catalogue::add(StepTimeLawEntry entry) { append(step_time_laws_, std::move(entry), "a law of step times"); }
void Catalogue::add(StragglerEntry entry) { append(stragglers_, std::move(entry), "a kind of stragglers"); }
void Catalogue::add(FaultEntry entry) { append(fault_kinds_, std::move(entry), "a kind of faults"); }

void Catalogue::add_part(const PartType& type, PartEntry<void> entry) {
  auto list = std::find_if(parts_.begin(), parts_.end(), [&](const PartList& other) { return other.type == &type; });
  if (list == parts_.end()) list = parts_.insert(parts_.end(), {.type = &type});
  append(list->entries, std::move(entry), type.noun);
}

const std::vector<PartEntry<void>>& Catalogue::parts(const PartType& type) const {
  static const std::vector<PartEntry<void>> none;
  const auto list = std::find_if(parts_.begin(), parts_.end(), [&](const PartList& one) { return one.type == &type; });
  return list == parts_.end() ? none : list->entries;
}

void Catalogue::add(ModelEntry<float> in_float32, ModelEntry<double> in_float64) {
  if (in_float32.name != in_float64.name || names_of(in_float32.settings) != names_of(in_float64.settings))
    throw CatalogueError{fmt::format("cannot add a model \"{}\" that is \"{}\" in float64, or has other settings there",
                                     in_float32.name, in_float64.name)};
  if (!in_float32.make) throw CatalogueError{fmt::format("cannot add a model \"{}\" without `make`", in_float32.name)};
  append(float64_models_, std::move(in_float64), "a model");
  float32_models_.push_back(std::move(in_float32));
}

Catalogue standard_catalogue() {
  Catalogue all;
  add_all(algorithms(), all);
  add_all(topologies(), all);
  for (std::size_t k = 0; k < models<double>().size(); ++k) all.add(models<float>()[k], models<double>()[k]);
  add_all(data_sources(), all);
  add_all(partitions(), all);
  add_all(initializations(), all);
  add_all(compressors(), all);
  add_all(step_size_schedules(), all);
  add_all(period_laws(), all);
  add_all(optimizers(), all);
  add_all(outer_optimizers(), all);
  add_all(client_samplers(), all);
  add_all(aggregation_rules(), all);
  add_all(variance_monitors(), all);
  add_all(networks(), all);
  add_all(platforms(), all);
  add_all(step_time_laws(), all);
  add_all(stragglers(), all);
  add_all(fault_kinds(), all);
  return all;
}

}  // namespace gossamer
