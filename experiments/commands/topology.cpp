#include "experiments/commands/topology.hpp"

#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/commands/graph_json.hpp"
#include "experiments/commands/graph_table.hpp"
#include "experiments/configuration/common_blocks.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/inline_block.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/source_file.hpp"
#include "experiments/run/output_files.hpp"
#include "sim/ground/read_log.hpp"
#include "sim/ground/written_file.hpp"
#include "topologies/files/graph_export.hpp"
#include "topologies/files/matching_file.hpp"
#include "topologies/files/matrix_file.hpp"

namespace gossamer {
namespace {

/// An object with the key "topology", and others that an experiment has.
Json source_of(const TopologyCommand& command, const Catalogue& catalogue) {
  const std::string& source = command.source;
  Json result = names_a_file(source) ? read_source_file(source)
                                     : inline_block(source, "topology", "torus:rows=8,columns=8", catalogue);
  for (const std::string& text : command.overrides) apply_override(result, text, catalogue);
  return result;
}

Topology build_topology(Json source, const std::string& name, bool is_file, const Catalogue& catalogue) {
  Seeds seeds = take_seeds(source, name, catalogue);
  BlockReader root{&source, {name, ""}, catalogue};
  if (is_file) root.expect(names_of_blocks());
  const Json& given = root.required_block("topology", "a block such as {\"kind\": \"ring\", \"nodes\": 8}");
  BlockReader block = root.inner(&given, "topology");
  seeds.all = root.fill(top_level_fields()).seed;
  root.refuse_unknown();
  const TopologyBlock chosen = read_topology(block);
  block.finish();
  return chosen.build(seeds.of(&Seeds::topology));
}

/// Refuses outputs that would overwrite what the topology is read from, or each other.
void keep_inputs(const TopologyCommand& command, const ReadLog& log) {
  std::vector<OutputFile> outputs;
  const auto add = [&outputs](const std::optional<std::filesystem::path>& path, const char* what, const char* option) {
    if (path) outputs.push_back({*path, what, option});
  };
  add(command.matrix, "the matrix", "--matrix");
  add(command.matchings, "the matchings", "--matchings");
  add(command.dot, "the graph", "--dot");
  add(command.graphml, "the graph", "--graphml");
  check_outputs(outputs, names_a_file(command.source) ? command.source : "", log.files());
}

}  // namespace

void topology_command(const TopologyCommand& command, const Catalogue& catalogue, std::ostream& out) {
  const ReadLog log;
  const bool is_file = names_a_file(command.source);
  const std::string name = is_file ? command.source : "topology";
  const Topology topology = blaming_overrides(
      name, command.overrides, [&] { return build_topology(source_of(command, catalogue), name, is_file, catalogue); });
  keep_inputs(command, log);

  const LargeSpectrum large = command.spectrum ? LargeSpectrum::computed : LargeSpectrum::left_out;
  if (command.json)
    out << graph_json(topology, large, command.decay) << '\n';
  else
    out << graph_table(topology, large, command.decay);
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
