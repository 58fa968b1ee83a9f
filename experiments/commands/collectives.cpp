#include "experiments/commands/collectives.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/common_blocks.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/inline_block.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/quantity.hpp"
#include "experiments/configuration/source_file.hpp"
#include "sim/engine/fastest_all_reduce.hpp"
#include "sim/engine/play_collective.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {
namespace {

constexpr NodeId usual_nodes = 16;
constexpr Bytes usual_size = 1'000'000;
constexpr auto block_name = "collectives";  // of a network that is in no file

/// A network to try collectives on.
struct Scene {
  std::string network;  ///< its kind
  std::function<std::unique_ptr<Network>()> make_network;
  NodeId nodes = usual_nodes;
  std::vector<Bytes> sizes;
  Collectives collectives = Collectives::formula;  ///< the way in which `automatic` compares
};

Scene scene_of_file(const std::string& file, const CollectivesCommand& command, const Catalogue& catalogue) {
  const Configuration configuration = read_configuration(read_source_file(file), file, command.overrides, catalogue);
  std::shared_ptr<const Topology> topology;  // unused for another number of nodes
  if (!command.nodes) topology = std::make_shared<const Topology>(configuration.topology.build(configuration.seed()));
  const NodeId nodes = topology ? topology->facts.nodes : *command.nodes;
  Scene scene{.network = std::string{configuration.network.choice.entry->name},
              .make_network =
                  [=] {
                    return configuration.network.build({.nodes = nodes,
                                                        .seed = configuration.seed(),
                                                        .topology = topology.get(),
                                                        .compute = &configuration.compute});
                  },
              .nodes = nodes,
              .sizes = command.sizes,
              .collectives = configuration.network.wire.collectives};
  if (!scene.sizes.empty()) return scene;
  Index parameters = 0;
  if (configuration.network.wire.payload == 0)
    parameters = configuration.model->build(Numerics::off, scene.nodes, configuration.seed()).dimension;
  scene.sizes.push_back(configuration.network.wire.payload_of(parameters));
  return scene;
}

Scene scene_of_block(const std::string& source, const CollectivesCommand& command, const Catalogue& catalogue) {
  Json written = inline_block(source, "network", "nic:latency=1 ms,bandwidth=1 Gbit/s", catalogue);
  for (const std::string& text : command.overrides) apply_override(written, text, catalogue);
  BlockReader root{&written, {block_name, ""}, catalogue};
  const auto seed = static_cast<std::uint64_t>(root.fill(heading_fields()).seed);
  root.expect({"network"});
  root.refuse_unknown();
  BlockReader block = root.inner(root.block("network"), "network");
  const NetworkBlock network = read_network(block);
  block.finish();
  const NodeId nodes = command.nodes.value_or(usual_nodes);
  Scene scene{.network = std::string{network.choice.entry->name},
              .make_network = [=] { return network.build({.nodes = nodes, .seed = seed}); },
              .nodes = nodes,
              .sizes = command.sizes,
              .collectives = network.wire.collectives};
  if (scene.sizes.empty()) scene.sizes.push_back(usual_size);
  return scene;
}

std::string duration(std::optional<double> seconds) {
  if (!seconds) return "none";
  return std::isfinite(*seconds) ? write_rounded(*seconds, Unit::seconds) : "never";
}

/// The difference of the played time from the formula's, in percent of the formula's.
std::string difference(std::optional<double> formula, double played) {
  if (!formula || *formula == 0 || !std::isfinite(played)) return "";
  const double percent = 100 * (played / *formula - 1);
  return fmt::format("{:+.1f} %", std::abs(percent) < 0.05 ? 0.0 : percent);
}

/// None if a link has failed, since formulas do not include failures.
std::optional<double> by_formula(const Network& network, const CollectiveAlgorithm& algorithm, const Group& group,
                                 Bytes size) {
  try {
    return network.duration(algorithm, group, size).count();
  } catch (const NetworkError&) {
    return std::nullopt;
  }
}

double played(const Scene& scene, const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) {
  const auto network = scene.make_network();
  const std::vector<Seconds> starts(static_cast<std::size_t>(group.nodes));
  const auto ends = play_collective(algorithm, group, *network, size, starts);
  return std::max_element(ends.begin(), ends.end())->count();
}

/// The largest number of messages, and of bytes, that any node sends or receives.
struct Busiest {
  std::int64_t messages = 0;
  Bytes bytes = 0;
};
Busiest busiest(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) {
  Busiest most;
  for (NodeId i = 0; i < group.nodes; ++i) {
    const Traffic traffic = algorithm.schedule(i, group).traffic(i, size);
    most.messages = std::max({most.messages, traffic.sent_messages, traffic.received_messages});
    most.bytes = std::max({most.bytes, traffic.sent_bytes, traffic.received_bytes});
  }
  return most;
}

std::string line(std::string_view collective, std::string_view algorithm, std::string_view formula,
                 std::string_view played, std::string_view difference, std::string_view messages,
                 std::string_view bytes) {
  return fmt::format("  {:<15} {:<22} {:>9} {:>9} {:>10} {:>9} {:>9}\n", collective, algorithm, formula, played,
                     difference, messages, bytes);
}

/// The network's own method for all-reduces; none if formulas choose it and a link has failed, since formulas do not
/// include failures.
std::optional<AllReduceMethod> own_method(const Scene& scene, const Network& network, Bytes size) {
  try {
    return fastest_all_reduce(network, scene.collectives, scene.nodes, size);
  } catch (const NetworkError&) {
    return std::nullopt;
  }
}

void print(const Scene& scene, Bytes size, std::ostream& out) {
  const auto network = scene.make_network();
  const auto method = own_method(scene, *network, size);
  const Group group{.nodes = scene.nodes, .shards = method ? method->shards : 1};
  const CollectiveAlgorithm* const own = method ? &algorithm_of(method->algorithm) : nullptr;
  out << fmt::format("{} among {} nodes by {}\n", write_quantity(static_cast<double>(size), Unit::bytes), group.nodes,
                     scene.network);
  out << line("collective", "algorithm", "formula", "played", "difference", "messages", "bytes");
  for (const CollectiveAlgorithm& algorithm : collective_algorithms()) {
    const auto formula = by_formula(*network, algorithm, group, size);
    const double time = played(scene, algorithm, group, size);
    const Busiest most = busiest(algorithm, group, size);
    const bool usual = algorithm.in_mpich && algorithm.in_mpich(group.nodes, size);
    out << line(name(algorithm.collective),
                fmt::format("{}{}{}", algorithm.name, &algorithm == own ? " *" : "", usual ? " +" : ""),
                duration(formula), duration(time), difference(formula, time), fmt::format("{}", most.messages),
                write_rounded(static_cast<double>(most.bytes), Unit::bytes));
  }
}

}  // namespace

void collectives_command(const CollectivesCommand& command, const Catalogue& catalogue, std::ostream& out) {
  for (const std::string& source : command.sources) {
    const bool is_file = names_a_file(source);
    blaming_overrides(is_file ? source : block_name, command.overrides, [&] {
      const Scene scene =
          is_file ? scene_of_file(source, command, catalogue) : scene_of_block(source, command, catalogue);
      for (const Bytes size : scene.sizes) {
        print(scene, size, out);
        out << '\n';
      }
    });
  }
  out << "The difference is how much longer what is played takes than its formula says. Where n is no power of two it "
         "is at most a half less on links without contention (`gossamer list collectives` has the bounds); where "
         "messages queue it may be more.\n"
         "Messages and bytes are those that the busiest node sends or receives, whichever is more; * is this network's "
         "all_reduce, + what MPICH chooses for so many bytes.\n";
}

}  // namespace gossamer
