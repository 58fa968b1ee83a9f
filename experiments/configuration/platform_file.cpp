#include "experiments/configuration/platform_file.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/source_file.hpp"

namespace gossamer {
namespace {

constexpr auto platform_content = "a platform file: an object with the lists hosts, switches and links";

/// A cable of the file.
struct CableEntry {
  std::string name;
  std::string from;
  std::string to;
  double bandwidth = 0;
  Seconds latency{0};
  PlatformGraph::Duplex duplex = PlatformGraph::Duplex::full;
};

const std::vector<Field<CableEntry>>& cable_fields() {
  using enum PlatformGraph::Duplex;
  static const std::vector<Field<CableEntry>> fields{
      {"name", &CableEntry::name, "the ends' names with a hyphen where not given"},
      {"from", &CableEntry::from, "a host or a switch", required},
      {"to", &CableEntry::to, "a host or a switch", required},
      {"bandwidth", &CableEntry::bandwidth, above(0), "of each direction", required, Unit::bytes_per_second},
      {"latency", &CableEntry::latency, at_least(0), "of the cable"},
      {"duplex", &CableEntry::duplex, choices<PlatformGraph::Duplex>({{"full", full}, {"half", half}}),
       "both directions at once, or in turns"}};
  return fields;
}

class Reader {
 public:
  Reader(const std::string& file, const Catalogue& catalogue)
      : source_(read_json_file(file, platform_content)), root_{&source_, {file, ""}, catalogue} {}

  PlatformGraph graph() {
    root_.expect({"hosts", "switches", "links"});
    PlatformGraph graph;
    graph.hosts = names("hosts", root_.required_block("hosts", "a list of names"));
    if (graph.hosts.empty()) refuse(root_.place().at("hosts"), "[] has no host", "a list of names");
    if (const Json* const given = root_.block("switches")) graph.switches = names("switches", *given);
    const Json& links = root_.required_block("links", "a list of cables such as " + std::string{example});
    const Place place = root_.place().at("links");
    if (!links.is_array())
      refuse(place, fmt::format("{} is not a list", shown(links)), "a list of cables such as " + std::string{example});
    for (std::size_t k = 0; k < links.size(); ++k) graph.cables.push_back(cable(links[k], place.at(std::to_string(k))));
    root_.finish();
    return graph;
  }

 private:
  static constexpr auto example = R"({"from": "host0", "to": "switch0", "bandwidth": "1 Gbit/s"})";

  /// The names of a list, which get the next numbers.
  std::vector<std::string> names(const char* key, const Json& list) {
    const Place place = root_.place().at(key);
    if (!list.is_array()) refuse(place, fmt::format("{} is not a list", shown(list)), "a list of names");
    std::vector<std::string> result;
    for (std::size_t k = 0; k < list.size(); ++k) {
      const Place at = place.at(std::to_string(k));
      if (!list[k].is_string()) refuse(at, fmt::format("{} is not a text", shown(list[k])), "a name");
      const std::string name = list[k].get<std::string>();
      if (!vertices_.emplace(name, all_names_.size()).second)
        refuse(at, fmt::format("{} stands here twice", shown(list[k])), "each name once");
      all_names_.push_back(name);
      result.push_back(name);
    }
    return result;
  }

  PlatformGraph::Cable cable(const Json& given, const Place& place) {
    if (!given.is_object())
      refuse(place, fmt::format("{} is not a cable", shown(given)), "one such as " + std::string{example});
    BlockReader block{&given, place, root_.catalogue()};
    CableEntry read = block.fill(cable_fields());
    block.finish();
    const std::size_t from = vertex(read.from, place.at("from")), to = vertex(read.to, place.at("to"));
    if (from == to) refuse(place.at("to"), fmt::format("\"{}\" is the cable's other end, too", read.to), "another one");
    if (read.name.empty()) read.name = read.from + "-" + read.to;
    if (read.name.find('/') != read.name.npos)
      refuse(place.at("name"), fmt::format("\"{}\" has a slash, which sets off the direction", read.name),
             "a name without");
    if (!cables_.insert(read.name).second)
      refuse(place.at("name"), fmt::format("there is another cable \"{}\"", read.name), "each name once");
    return {.name = std::move(read.name),
            .from = from,
            .to = to,
            .bandwidth = read.bandwidth,
            .latency = read.latency,
            .duplex = read.duplex};
  }

  std::size_t vertex(const std::string& name, const Place& place) const {
    if (const auto found = vertices_.find(name); found != vertices_.end()) return found->second;
    refuse(place, fmt::format("there is no host or switch \"{}\"", name), "a name from hosts or switches",
           nearest_name(name, all_names_));
  }

  Json source_;
  BlockReader root_;
  std::unordered_map<std::string, std::size_t> vertices_;
  std::vector<std::string> all_names_;
  std::unordered_set<std::string> cables_;
};

}  // namespace

PlatformGraph read_platform_file(const std::filesystem::path& file, const Catalogue& catalogue) {
  return Reader{file.string(), catalogue}.graph();
}

}  // namespace gossamer
