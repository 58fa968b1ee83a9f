#include "sim/network/platforms/platform_registry.hpp"

#include <utility>

#include "sim/network/platforms/platforms.hpp"

namespace gossamer {
namespace {

template <class S>
Field<S> bandwidth_field(std::string name, double S::*member, std::string sentence) {
  return {std::move(name), member, above(0), std::move(sentence), Presence::optional, Unit::bytes_per_second};
}

/// The settings of the nodes' cables, followed by the platform's other settings.
template <class S>
std::vector<Field<S>> with_cables(std::vector<Field<S>> others = {}) {
  std::vector<Field<S>> fields{
      bandwidth_field("bandwidth", &S::bandwidth, "of each direction of a cable"),
      {"latency", &S::latency, at_least(0), "of each cable: a message takes that of every cable on its way"}};
  fields.insert(fields.end(), others.begin(), others.end());
  return fields;
}

template <class S>
PlatformEntry platform_entry(std::string name, std::string sentence, Platform (*make)(S, NodeId),
                             std::vector<Field<S>> others, std::string source = {}) {
  return entry<Platform(const PlatformContext&), S>(
      std::move(name), std::move(sentence),
      [make](S settings, const PlatformContext& context) { return make(std::move(settings), context.nodes); },
      with_cables<S>(std::move(others)), std::move(source));
}

struct PlatformFile {
  std::string path;
};

PlatformEntry file_entry() {
  return entry<Platform(const PlatformContext&), PlatformFile>(
      "platform_file", "hosts, switches and cables from a JSON file; routes of the fewest cables",
      [](const PlatformFile& settings, const PlatformContext& context) {
        return routed_platform(context.read(settings.path), context.nodes);
      },
      {{"path", &PlatformFile::path, "of the file, whose format experiments/formats/platform.md describes", required}});
}

}  // namespace

const std::vector<PlatformEntry>& platforms() {
  static const std::vector<PlatformEntry> entries{
      platform_entry<StarPlatform>("star", "a cable from every node to one switch, which is never the bottleneck",
                                   star_platform, {}),
      platform_entry<ClusterPlatform>(
          "cluster", "a star whose switch is a link that all messages share", cluster_platform,
          {bandwidth_field("backbone_bandwidth", &ClusterPlatform::backbone_bandwidth, "of the shared link"),
           {"backbone_latency", &ClusterPlatform::backbone_latency, at_least(0), "of the shared link"}}),
      platform_entry<FatTreePlatform>(
          "fat_tree", "leaf switches with nodes, each with a cable to every spine switch", fat_tree_platform,
          {{"hosts_per_leaf", &FatTreePlatform::hosts_per_leaf, at_least(1), "nodes at each leaf switch"},
           {"spines", &FatTreePlatform::spines, at_least(1),
            "spine switches; node j is reached over number j mod spines"},
           bandwidth_field("uplink_bandwidth", &FatTreePlatform::uplink_bandwidth,
                           "of each direction of a cable between switches"),
           {"uplink_latency", &FatTreePlatform::uplink_latency, at_least(0), "of each cable between switches"}},
          "Zahavi, \"Fat-tree routing and node ordering providing contention free traffic for MPI global "
          "collectives\", JPDC 72(11), 2012"),
      platform_entry<TorusPlatform>(
          "torus", "a grid of nodes whose opposite borders meet; messages pass through the nodes between",
          torus_platform,
          {{"dimensions", &TorusPlatform::dimensions, at_least(1), "nodes along each side; the last counts first",
            required}}),
      platform_entry<DumbbellPlatform>(
          "dumbbell", "two stars, each of half the nodes, and one cable between them", dumbbell_platform,
          {bandwidth_field("bottleneck_bandwidth", &DumbbellPlatform::bottleneck_bandwidth,
                           "of each direction of the cable between them"),
           {"bottleneck_latency", &DumbbellPlatform::bottleneck_latency, at_least(0), "of the cable between them"}}),
      file_entry()};
  return entries;
}

}  // namespace gossamer
