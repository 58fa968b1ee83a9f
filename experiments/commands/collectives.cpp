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
struct CollectiveSetup {
  std::string network;  ///< its kind
  std::function<std::unique_ptr<Network>()> make_network;
  NodeId nodes = usual_nodes;
  std::vector<Bytes> sizes;
  Collectives collectives = Collectives::formula;  ///< the way in which `automatic` compares
};

CollectiveSetup setup_of_file(const std::string& file, const CollectivesCommand& command, const Catalogue& catalogue) {
  const Configuration configuration = read_configuration(read_source_file(file), file, command.overrides, catalogue);
  std::shared_ptr<const Topology> topology;  // unused for another number of nodes
  if (!command.nodes)
    topology = std::make_shared<const Topology>(configuration.topology.build(configuration.seeds.of(&Seeds::topology)));
  const NodeId nodes = topology ? topology->facts.nodes : *command.nodes;
  CollectiveSetup setup{.network = std::string{configuration.network.choice.entry->name},
                        .make_network =
                            [=] {
                              return configuration.network.build({.nodes = nodes,
                                                                  .seeds = configuration.seeds,
                                                                  .topology = topology.get(),
                                                                  .compute = &configuration.compute});
                            },
                        .nodes = nodes,
                        .sizes = command.sizes,
                        .collectives = configuration.network.common_network.collectives};
  if (!setup.sizes.empty()) return setup;
  Index parameters = 0;
  if (configuration.network.common_network.payload == 0)
    parameters =
        configuration.model->build(Numerics::off, {.all = setup.nodes, .workers = setup.nodes}, configuration.seeds)
            .dimension;
  setup.sizes.push_back(configuration.network.common_network.payload_of(parameters));
  return setup;
}

CollectiveSetup setup_of_block(const std::string& source, const CollectivesCommand& command,
                               const Catalogue& catalogue) {
  Json written = inline_block(source, "network", "nic:latency=1 ms,bandwidth=1 Gbit/s", catalogue);
  for (const std::string& text : command.overrides) apply_override(written, text, catalogue);
  Seeds seeds = take_seeds(written, block_name, catalogue);
  BlockReader root{&written, {block_name, ""}, catalogue};
  seeds.all = root.fill(top_level_fields()).seed;
  root.expect({"network"});
  root.refuse_unknown();
  BlockReader block = root.inner(root.block("network"), "network");
  const NetworkBlock network = read_network(block);
  block.finish();
  const NodeId nodes = command.nodes.value_or(usual_nodes);
  CollectiveSetup setup{.network = std::string{network.choice.entry->name},
                        .make_network = [=] { return network.build({.nodes = nodes, .seeds = seeds}); },
                        .nodes = nodes,
                        .sizes = command.sizes,
                        .collectives = network.common_network.collectives};
  if (setup.sizes.empty()) setup.sizes.push_back(usual_size);
  return setup;
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

double played(const CollectiveSetup& setup, const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) {
  const auto network = setup.make_network();
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
std::optional<AllReduceMethod> own_method(const CollectiveSetup& setup, const Network& network, Bytes size) {
  try {
    return fastest_all_reduce(network, setup.collectives, setup.nodes, size);
  } catch (const NetworkError&) {
    return std::nullopt;
  }
}

void print(const CollectiveSetup& setup, Bytes size, std::ostream& out) {
  const auto network = setup.make_network();
  const auto method = own_method(setup, *network, size);
  const Group group{.nodes = setup.nodes, .shards = method ? method->shards : 1};
  const CollectiveAlgorithm* const own = method ? &algorithm_of(method->algorithm) : nullptr;
  out << fmt::format("{} among {} nodes by {}\n", write_quantity(static_cast<double>(size), Unit::bytes), group.nodes,
                     setup.network);
  out << line("collective", "algorithm", "formula", "played", "difference", "messages", "bytes");
  for (const CollectiveAlgorithm& algorithm : collective_algorithms()) {
    const auto formula = by_formula(*network, algorithm, group, size);
    const double time = played(setup, algorithm, group, size);
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
      const CollectiveSetup setup =
          is_file ? setup_of_file(source, command, catalogue) : setup_of_block(source, command, catalogue);
      for (const Bytes size : setup.sizes) {
        print(setup, size, out);
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
