#include "experiments/trace/trace_header.hpp"

#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
#include "experiments/trace/topology_facts.hpp"
#include "sim/learning/data/partition_report.hpp"
#include "sim/network/collectives/collectives.hpp"

namespace gossamer {
namespace {

Json topology_facts(const Topology& topology) {
  Json result = graph_facts(topology);
  if (topology.facts.nodes > most_nodes_with_spectrum) return result;
  try {
    result.update(spectrum_facts(topology));
  } catch (const TopologyError&) {
    // If an eigenvalue does not converge, it stays unknown; the run does not need it.
  }
  return result;
}

Json spread(const Spread& spread) { return {{"min", spread.min}, {"median", spread.median}, {"max", spread.max}}; }

Json partition_facts(const Experiment& experiment) {
  if (!experiment.dataset || !experiment.partition) return nullptr;
  const PartitionReport report = describe_partition(*experiment.dataset, *experiment.partition);
  Json result{{"samples", report.samples},
              {"samples_per_node", spread(report.sizes)},
              {"largest_over_mean", report.largest_over_mean}};
  if (experiment.node_weights) result["node_weights"] = name(*experiment.node_weights);
  if (report.largest_class_share) result["largest_class_share"] = spread(*report.largest_class_share);
  if (report.classes_per_node) result["classes_per_node"] = spread(*report.classes_per_node);
  if (const auto& labels = experiment.dataset->class_labels; !labels.empty()) result["class_labels"] = labels;
  return result;
}

/// Adds L, μ, σ², ζ² and ζ*², as far as the problem has them.
void add_constants(Json& result, const AnyProblem& problem) {
  if (const auto smoothness = problem.smoothness()) result["smoothness"] = *smoothness;
  if (const auto convexity = problem.strong_convexity()) result["strong_convexity"] = *convexity;
  if (const auto variance = problem.gradient_variance()) result["gradient_variance"] = *variance;
  if (const auto spread = problem.heterogeneity()) result["heterogeneity"] = *spread;
  if (const auto spread = problem.heterogeneity_at_optimum()) result["heterogeneity_at_optimum"] = *spread;
}

Json problem_facts(const Experiment& experiment) {
  if (experiment.dimension == 0) return nullptr;
  Json result{{"dimension", experiment.dimension}};
  if (!experiment.problem) return result;
  const AnyProblem& problem = *experiment.problem;
  if (experiment.record.constants) add_constants(result, problem);
  if (const auto steps = problem.steps_per_epoch()) result["steps_per_epoch"] = *steps;
  return result;
}

TraceRecord begun(const std::string& world) {
  TraceRecord header{"header"};
  return std::move(header.count("schema", trace_schema)
                       .text("program", "gossamer")
                       .text("version", GOSSAMER_VERSION)
                       .text("world", world));
}

/// Adds the all-reduce that `automatic` or `mpich` has chosen, unless the configuration names it or no all-reduce is
/// used.
TraceRecord with_all_reduce(TraceRecord header, const Experiment& experiment) {
  if (!experiment.all_reduce) return header;
  const AllReduce choice = experiment.all_reduce->algorithm;
  if (choice == experiment.network->all_reduce_method().algorithm) return header;
  return std::move(header.text("all_reduce", std::string{algorithm_of(choice).name}));
}

/// Adds the cost of a compressed message by all ways of counting, for a model of the payload's size.
TraceRecord with_compressor(TraceRecord header, const Experiment& experiment) {
  if (!experiment.compressor) return header;
  const Index d = coordinates_of(experiment.payload);
  const MessageBits bits = experiment.compressor->bits(d);
  const Json facts{{"most_bytes", experiment.compressor->most_bytes(d)},
                   {"nominal_bits", bits.nominal},
                   {"packed_bits", bits.packed},
                   {"authors_bits", bits.authors}};
  return std::move(header.json("compressor", facts.dump()));
}

/// The nodes whose own models are scored, and the numbers of samples for it.
Json local_facts(const Experiment& experiment) {
  const RecordSettings& record = experiment.record;
  if (record.local.nodes.empty()) return nullptr;
  Json result{{"nodes", record.local.nodes.size()}};
  if (!experiment.dataset) return result;
  const Index train = record.train_samples.value_or(experiment.dataset->train.count());
  result["train_samples"] = record.local.train_samples.value_or(train);
  result["test_samples"] = record.test ? record.local.test_samples.value_or(experiment.dataset->test.count()) : 0;
  return result;
}

TraceRecord completed(TraceRecord header, const Experiment& experiment, const Provenance& provenance) {
  header = with_compressor(with_all_reduce(std::move(header), experiment), experiment);
  const Json seeds = json_of(experiment.seeds);
  if (seeds.is_object()) header.json("seeds", compact(seeds));
  if (!experiment.theory.empty()) header.json("theory", experiment.theory);
  if (experiment.servers > 0) header.count("servers", static_cast<std::uint64_t>(experiment.servers));
  return std::move(header.text("title", experiment.title)
                       .count("seed", experiment.seed)
                       .json("configuration", experiment.configuration)
                       .json("warnings", compact(experiment.warnings))
                       .json("topology", topology_facts(experiment.topology).dump())
                       .json("partition", partition_facts(experiment).dump())
                       .json("problem", problem_facts(experiment).dump())
                       .json("local", local_facts(experiment).dump())
                       .count("payload_bytes", static_cast<std::uint64_t>(experiment.payload))
                       .json("provenance", json_of(provenance)));
}

Json ranks_json(const RankSettings& facts) {
  return {{"count", facts.ranks},
          {"mpi", facts.mpi},
          {"compute", facts.compute},
          {"network", facts.network},
          {"all_reduce", facts.all_reduce}};
}

}  // namespace

TraceRecord header_of(const Experiment& experiment, const Provenance& provenance) {
  return completed(begun("simulation"), experiment, provenance);
}

TraceRecord header_of(const Experiment& experiment, const RankSettings& facts, const Provenance& provenance) {
  return completed(std::move(begun("mpi").json("ranks", ranks_json(facts).dump())), experiment, provenance);
}

TraceRecord header_of_moments(const Experiment& experiment, const Provenance& provenance) {
  return std::move(header_of(experiment, provenance).json("moments", "true"));
}

TraceIdentity identity_of(const Experiment& experiment, const RankSettings* facts) {
  return {.configuration = experiment.configuration, .ranks = facts ? ranks_json(*facts).dump() : ""};
}

}  // namespace gossamer
