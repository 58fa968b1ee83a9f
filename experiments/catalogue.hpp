#pragma once
#include <utility>
#include <vector>

#include "algorithms/registry.hpp"
#include "sim/compression/registry.hpp"
#include "sim/compute/registry.hpp"
#include "sim/faults/registry.hpp"
#include "sim/ground/input_error.hpp"
#include "sim/ground/parts.hpp"
#include "sim/learning/data/data_registry.hpp"
#include "sim/learning/models/initial_params.hpp"
#include "sim/learning/models/model_registry.hpp"
#include "sim/network/platforms/platform_registry.hpp"
#include "sim/network/registry.hpp"
#include "topologies/registry.hpp"

namespace gossamer {

/// Thrown for an entry that a catalogue cannot take.
class CatalogueError : public InputError {
 public:
  using InputError::InputError;
};

/// The kinds of one type of parts: all compressors, all schedules. Their parts' classes are known to no reader.
struct PartList {
  const PartType* type = nullptr;
  std::vector<PartEntry<void>> entries = {};
};

/// All entries that an experiment file can name: algorithms, topologies, models, networks, and so on.
///
/// A program adds its own entries to the standard catalogue. All commands and messages then include them:
///
///     Catalogue catalogue = standard_catalogue();
///     catalogue.add(my_algorithm_entry());
///     return gossamer_main(catalogue, argc, argv);
///
/// A configuration that has been read points to entries of its catalogue, which must outlive it.
class Catalogue {
 public:
  /// Adds an entry to its registry. Throws CatalogueError if the entry has no name or no `make`, or if the registry has
  /// an entry of the same name. An algorithm or a topology without a family gets the family "others".
  void add(AlgorithmEntry entry);
  void add(TopologyEntry entry);
  void add(DataSourceEntry entry);
  void add(PartitionEntry entry);
  void add(InitialParamsEntry entry);
  void add(NetworkEntry entry);
  void add(PlatformEntry entry);
  void add(StepTimeLawEntry entry);
  void add(StragglerEntry entry);
  void add(FaultEntry entry);
  /// A kind of part: a compressor, a schedule.
  template <class P>
  void add(PartEntry<P> entry) {
    add_part(P::part_type(), {.name = std::move(entry.name),
                              .sentence = std::move(entry.sentence),
                              .settings = std::move(entry.settings),
                              .make = std::move(entry.make),
                              .source = std::move(entry.source)});
  }
  /// A model in both scalar types. Throws CatalogueError also if the two differ in name or settings.
  void add(ModelEntry<float> in_float32, ModelEntry<double> in_float64);

  const std::vector<AlgorithmEntry>& algorithms() const { return algorithms_; }
  const std::vector<TopologyEntry>& topologies() const { return topologies_; }
  /// The models in one scalar type, float or double. Both lists have the same names and settings in the same order.
  template <class Scalar>
  const std::vector<ModelEntry<Scalar>>& models() const;
  const std::vector<DataSourceEntry>& data_sources() const { return data_sources_; }
  const std::vector<PartitionEntry>& partitions() const { return partitions_; }
  const std::vector<InitialParamsEntry>& initializations() const { return initializations_; }
  const std::vector<NetworkEntry>& networks() const { return networks_; }
  const std::vector<PlatformEntry>& platforms() const { return platforms_; }
  const std::vector<StepTimeLawEntry>& step_time_laws() const { return step_time_laws_; }
  const std::vector<StragglerEntry>& stragglers() const { return stragglers_; }
  const std::vector<FaultEntry>& fault_kinds() const { return fault_kinds_; }
  /// The types of parts, each with its kinds.
  const std::vector<PartList>& parts() const { return parts_; }
  /// The kinds of one of these types.
  const std::vector<PartEntry<void>>& parts(const PartType& type) const;

 private:
  friend Catalogue standard_catalogue();
  void add_part(const PartType& type, PartEntry<void> entry);
  Catalogue() = default;  // every catalogue has the standard entries, on which defaults rely

  std::vector<AlgorithmEntry> algorithms_;
  std::vector<TopologyEntry> topologies_;
  std::vector<ModelEntry<float>> float32_models_;
  std::vector<ModelEntry<double>> float64_models_;
  std::vector<DataSourceEntry> data_sources_;
  std::vector<PartitionEntry> partitions_;
  std::vector<InitialParamsEntry> initializations_;
  std::vector<NetworkEntry> networks_;
  std::vector<PlatformEntry> platforms_;
  std::vector<StepTimeLawEntry> step_time_laws_;
  std::vector<StragglerEntry> stragglers_;
  std::vector<FaultEntry> fault_kinds_;
  std::vector<PartList> parts_;
};

template <>
inline const std::vector<ModelEntry<float>>& Catalogue::models() const {
  return float32_models_;
}
template <>
inline const std::vector<ModelEntry<double>>& Catalogue::models() const {
  return float64_models_;
}

/// The entries of this library.
Catalogue standard_catalogue();

}  // namespace gossamer
