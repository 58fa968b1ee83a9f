#include "experiments/configuration/network_block.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/platform_file.hpp"

namespace gossamer {
namespace {

const std::vector<Field<PlatformBlock::Change>>& change_fields() {
  using Change = PlatformBlock::Change;
  static const std::vector<Field<Change>> fields{
      {"at", &Change::at, at_least(0), "when", required},
      {"link", &Change::link, "the name of a link, a cable or a switch", required},
      {"bandwidth", &Change::bandwidth, at_least(0), "from then on; 0 for a link that has failed", required,
       Unit::bytes_per_second}};
  return fields;
}

std::vector<PlatformBlock::PlacedChange> read_changes(BlockReader& block) {
  std::vector<PlatformBlock::PlacedChange> changes;
  if (const Json* const given = block.block("changes"))
    block.read_list(*given, block.place().at("changes"), "changes",
                    R"(a list such as [{"at": "1 s", "link": "node0/up", "bandwidth": "10 Mbit/s"}])",
                    [&](BlockReader& change) {
                      changes.push_back({change.fill(change_fields()), change.place()});
                    });
  return changes;
}

PlatformBlock read_platform(BlockReader& network) {
  const Json* given = network.block("platform");
  Json file;
  if (given && given->is_string() && given->get<std::string>().ends_with(".json")) {
    file = Json::object({{"kind", "platform_file"}, {"path", *given}});
    given = &file;
  }
  BlockReader block = network.inner(given, "platform");
  block.expect({"changes"});
  PlatformBlock platform{.choice = block.choice(block.catalogue().platforms(), usual_platform),
                         .changes = read_changes(block),
                         .catalogue = &block.catalogue()};
  network.keep("platform", block);
  return platform;
}

/// The names that a change may have: those of links, and their beginnings up to a slash.
std::vector<std::string> names_of_links(const Platform& platform) {
  std::vector<std::string> names;
  for (const auto& link : platform.links)
    for (std::size_t end = link.name.size(); end != std::string::npos; end = link.name.rfind('/', end - 1))
      names.push_back(link.name.substr(0, end));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void add_changes(const std::vector<PlatformBlock::PlacedChange>& changes, Platform& platform) {
  for (const auto& [change, place] : changes) {
    const auto links = links_named(platform, change.link);
    if (links.empty())
      refuse(place.at("link"), fmt::format("there is no link \"{}\"", change.link),
             fmt::format("a link of the platform, such as \"{}\"", platform.links.front().name),
             nearest_name(change.link, names_of_links(platform)));
    for (const LinkId link : links) platform.changes.push_back({change.at, link, change.bandwidth});
  }
  std::stable_sort(platform.changes.begin(), platform.changes.end(),
                   [](const Platform::Change& a, const Platform::Change& b) { return a.at < b.at; });
}

/// The links that the edges of the topology's graph file describe (`links.md`). `place` is that of the setting "links".
LinkList edge_links(const Place& place, const Topology& topology) {
  if (!topology.file)
    refuse(place, fmt::format("asks for the edges of a graph file, and the topology is \"{}\"", topology.kind),
           "a topology of the kind \"graph_file\", or a file with links");
  LinkList links;
  bool has_values = false;
  for (const auto& [from, to, values] : read_edge_attributes(*topology.file, listed_link_fields())) {
    try {
      links.emplace(std::pair{from, to}, listed_link(values));
    } catch (const NetworkError& error) {
      refuse(place, fmt::format("{}: the edge between {} and {}: {}", topology.file->path, from, to, error.what()));
    }
    for (const auto& value : values) has_values = has_values || value;
  }
  if (!has_values) {
    std::vector<std::string> names;
    for (const auto& field : listed_link_fields()) names.push_back(field.name);
    refuse(place, fmt::format("no edge of {} says anything of its link", topology.file->path),
           fmt::format("edges with some of: {}", fmt::join(names, ", ")));
  }
  return both_ways(std::move(links));
}

/// The cards of the nodes' devices. `place` is that of the setting "cards".
NodeCards device_cards(const Place& place, const std::optional<NodeDevices>& devices, double up, double down) {
  if (!devices)
    refuse(place, "asks for the cards of devices, and nodes are none",
           "stragglers of the kind \"device_trace\" in the block \"compute\"");
  const auto says_a_rate = [](const DeviceTrace& trace) {
    return std::any_of(trace.states.begin(), trace.states.end(),
                       [](const DeviceState& state) { return state.up_bandwidth || state.down_bandwidth; });
  };
  if (std::none_of(devices->traces.begin(), devices->traces.end(), says_a_rate))
    refuse(place, "the file of the devices says nothing of their links",
           "a column up_bytes_per_s or down_bytes_per_s in it");
  NodeCards cards{.kinds = {}, .of_node = devices->of_node};
  for (const DeviceTrace& trace : devices->traces) cards.kinds.push_back({trace.sending(up), trace.receiving(down)});
  return cards;
}

}  // namespace

const std::vector<Field<CommonNetworkSettings>>& common_network_fields() {
  static const std::vector<Field<CommonNetworkSettings>> fields{
      Field<CommonNetworkSettings>{
          "payload", &CommonNetworkSettings::payload, at_least(1),
          "bytes of one model on the wire, of which compressed messages count what the compressor makes; "
          "\"model\" is 4 bytes a parameter, float32, whatever the numerics",
          Presence::optional, Unit::bytes}
          .with_word("model", 0),
      {"collectives", &CommonNetworkSettings::collectives,
       choices<Collectives>({{"formula", Collectives::formula}, {"played", Collectives::played}}),
       "in virtual time: all have the result a formula after the last has joined, or its messages are played"}};
  return fields;
}

Bytes CommonNetworkSettings::payload_of(Index parameters) const {
  constexpr Bytes bytes_per_parameter = 4;
  return payload > 0 ? payload : bytes_per_parameter * parameters;
}

std::vector<Setting> change_settings() { return settings_of(change_fields()); }

NetworkBlock read_network(BlockReader& block) {
  block.expect_settings(settings_of(common_network_fields()));
  const NetworkEntry& kind = block.kind(block.catalogue().networks(), usual_network);
  if (kind.needs_platform) block.expect({"platform"});
  NetworkBlock network{
      .choice = {&kind, block.settings(kind.settings), block.place()}, .platform = std::nullopt, .common_network = {}};
  if (kind.needs_platform) network.platform = read_platform(block);
  network.common_network = block.fill(common_network_fields());
  return network;
}

std::shared_ptr<const Platform> PlatformBlock::build(NodeId nodes) const {
  return built(choice.place, [&] {
    const PlatformContext context{.nodes = nodes, .read = [&](const std::string& path) {
                                    return read_platform_file(find_data(path, choice.place.at("path")), *catalogue);
                                  }};
    auto platform = std::make_shared<Platform>(choice.build(context));
    add_changes(changes, *platform);
    return platform;
  });
}

std::unique_ptr<Network> NetworkBlock::build(const NetworkInputs& inputs) const {
  NetworkContext context{.nodes = inputs.nodes, .seed = inputs.seeds.of(&Seeds::network)};
  if (platform) context.platform = platform->build(inputs.nodes);
  if (inputs.topology) context.edges = [&] { return edge_links(choice.place.at("links"), *inputs.topology); };
  if (inputs.compute)
    context.cards = [&](double up, double down) {
      return device_cards(choice.place.at("cards"),
                          inputs.compute->devices(inputs.nodes, inputs.seeds.of(&Seeds::compute)), up, down);
    };
  return choice.build(std::move(context));
}

}  // namespace gossamer
