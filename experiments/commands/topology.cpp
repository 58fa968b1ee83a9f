#include "experiments/commands/topology.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "experiments/building.hpp"
#include "experiments/common_blocks.hpp"
#include "experiments/configuration.hpp"
#include "experiments/experiment_error.hpp"
#include "experiments/graph_table.hpp"
#include "experiments/inline_block.hpp"
#include "experiments/json.hpp"
#include "experiments/overrides.hpp"
#include "experiments/source_file.hpp"
#include "experiments/trace_file.hpp"
#include "topologies/graph_export.hpp"
#include "topologies/matching_file.hpp"
#include "topologies/matrix_file.hpp"

namespace gossamer {
namespace {

/// An object with the key "topology", and others that an experiment has.
Json source_of(const TopologyCommand& command) {
  const std::string& source = command.source;
  Json result{Json::Object{}};
  if (names_a_file(source)) {
    result = read_source_file(source);
  } else {
    result = inline_block(source, "topology", "torus:rows=8,columns=8");
  }
  for (const std::string& text : command.overrides) apply_override(result, text);
  return result;
}

void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write) {
  errno = 0;
  std::ofstream file{path, std::ios::binary};
  if (file) write(file);
  file.close();
  if (!file) refuse({path.string(), ""}, fmt::format("cannot be written: {}", std::strerror(errno)));
}

Topology build_topology(const Json& source, const std::string& name) {
  BlockReader root{&source, {name, ""}};
  root.expect(names_of_blocks());
  BlockReader block{&root.required_block("topology", "a block such as {\"kind\": \"ring\", \"nodes\": 8}"),
                    root.place().at("topology")};
  const auto seed = static_cast<std::uint64_t>(filled(root, heading_fields()).seed);
  root.refuse_unknown();
  const TopologyBlock chosen = read_topology(block);
  block.finish();
  return build_topology(chosen, seed);
}

/// Refuses to overwrite the experiment that the topology is read from.
void keep_source(const TopologyCommand& command) {
  if (!names_a_file(command.source)) return;
  for (const auto& file : {command.matrix, command.dot, command.graphml})
    if (file && same_file(*file, command.source))
      refuse({file->string(), ""}, "would be overwritten, and the topology is read from it", "another file to write");
}

}  // namespace

void topology_command(const TopologyCommand& command, std::ostream& out) {
  keep_source(command);
  const std::string name = names_a_file(command.source) ? command.source : "topology";
  const Topology topology =
      blaming_overrides(name, command.overrides, [&] { return build_topology(source_of(command), name); });

  out << graph_table(topology, command.spectrum ? LargeSpectrum::computed : LargeSpectrum::left_out, command.decay);
  if (command.matrix) write_npy(topology.mixing, *command.matrix);
  if (command.matchings) {
    if (topology.matchings.empty())
      refuse({"topology", "/topology"}, fmt::format("{} is not made of matchings", topology.kind), "no --matchings");
    write_matchings(topology.matchings, *command.matchings);
  }
  if (command.dot) write_file(*command.dot, [&](std::ostream& file) { write_dot(topology.mixing, file); });
  if (command.graphml) write_file(*command.graphml, [&](std::ostream& file) { write_graphml(topology.mixing, file); });
}

}  // namespace gossamer
