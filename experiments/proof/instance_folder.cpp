#include "experiments/proof/instance_folder.hpp"

#include <array>
#include <cmath>
#include <ostream>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/proof/measured_rounds.hpp"
#include "sim/ground/line_reader.hpp"
#include "sim/ground/npy_format.hpp"
#include "sim/ground/written_file.hpp"
#include "sim/proof/instance.hpp"
#include "sim/proof/proof_error.hpp"

namespace gossamer {
namespace {

constexpr std::array tolerances{1e-4, 1e-6, 1e-8};
constexpr auto experiment_file = "experiment.json", functions_file = "functions.json", mixing_file = "mixing.npy",
               start_file = "start.npy";
constexpr auto title_begin = "Worst case of ";

std::vector<double> numbers_of(const Eigen::MatrixXd& columns) {
  return {columns.data(), columns.data() + columns.size()};
}

Json json_of(const Eigen::MatrixXd& columns) {
  Json result = Json::array();
  for (Index p = 0; p < columns.cols(); ++p)
    result.push_back(std::vector<double>(columns.col(p).begin(), columns.col(p).end()));
  return result;
}

Json json_of(const InterpolatedTerms& terms) {
  Json nodes = Json::array();
  for (const FunctionPoints& points : terms.nodes)
    nodes.push_back({{"x", json_of(points.x)},
                     {"g", json_of(points.g)},
                     {"f", std::vector<double>(points.f.begin(), points.f.end())}});
  return {{"mu", terms.among.mu},
          {"L", terms.among.L},
          {"optimum", std::vector<double>(terms.optimum->begin(), terms.optimum->end())},
          {"nodes", std::move(nodes)}};
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  write_file(path, [&](std::ostream& out) { out << text << '\n'; });
}

void write_array(const std::filesystem::path& path, std::span<const Index> shape, std::span<const double> values) {
  write_file(path, [&](std::ostream& out) {
    out << npy_header("<f8", false, shape);
    out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
  });
}

/// W(0), W(1), … as n × n numbers, or T × n × n.
void write_rounds(const std::filesystem::path& path, const std::vector<Eigen::MatrixXd>& rounds) {
  const Index n = rounds[0].rows();
  std::vector<double> values;
  for (const Eigen::MatrixXd& W : rounds)
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) values.push_back(W(i, j));
  const std::vector<Index> shape{static_cast<Index>(rounds.size()), n, n};
  write_array(path, std::span{shape}.subspan(rounds.size() == 1 ? 1 : 0), values);
}

/// The W(k) of a configuration that a worst case speaks of; none if it speaks of all W of a spectrum.
std::vector<Eigen::MatrixXd> rounds_of_graph(const Configuration& configuration, const MixingClass& mixing) {
  const auto* const modes = std::get_if<SpectrumModes>(&mixing);
  if (!modes) return {};
  const Topology topology = configuration.topology.build(configuration.seeds.of(&Seeds::topology));
  std::vector<Eigen::MatrixXd> result;
  for (std::uint64_t k = 0; k < modes->rounds.size(); ++k)
    result.emplace_back(topology.schedule ? topology.schedule->round(k)->matrix() : topology.mixing.matrix());
  return result;
}

/// Throws if the folder has something else than an instance that was written before.
void check_folder(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return;
  const Place place{folder.string(), ""};
  if (!std::filesystem::is_directory(folder)) refuse(place, "a file of that name is there", "a folder");
  if (std::filesystem::is_empty(folder)) return;
  const std::filesystem::path file = folder / experiment_file;
  if (std::filesystem::exists(file)) {
    const Json before = parse_json(read_text(file), file.string());
    const Json* const title = find_key(before, "title");
    if (title && title->is_string() && title->get<std::string>().starts_with(title_begin)) return;
  }
  refuse(place, "the folder has other files", "a folder that is empty, or not there yet");
}

/// The experiment of an instance: the algorithm of the configuration on other blocks.
Json experiment_of(const Configuration& configuration, const WorstInstance& instance, std::size_t rounds_of_w,
                   const WorstCaseSettings& settings, std::uint64_t node_steps) {
  const Json resolved = parse_json(configuration.resolved, configuration.name);
  Json result;
  result["title"] =
      fmt::format("{}{} after {} rounds", title_begin, configuration.algorithm.entry->name, settings.rounds);
  result["numerics"] = "float64";
  result["topology"] = {{"kind", rounds_of_w == 1 ? "matrix_file" : "schedule_file"}, {"path", mixing_file}};
  result["model"] = {{"kind", "interpolated"}, {"path", functions_file}};
  if (!instance.start.isZero(0)) result["model"]["initial"] = {{"kind", "file"}, {"path", start_file}};
  result["algorithm"] = resolved.at("algorithm");
  if (instance.codes.size() > 0)
    result["algorithm"]["compressor"] = {
        {"kind", "chosen"}, {"vectors", numbers_of(instance.coded)}, {"codes", numbers_of(instance.codes)}};
  result["stop"] = {{"node_steps", node_steps}};
  result["record"] = {{"every_node_steps", static_cast<double>(node_steps) / settings.rounds}};
  return result;
}

/// The measure in terms of a trace's columns.
std::string in_columns(WorstMeasure measure) {
  switch (measure) {
    case WorstMeasure::value:
      return "suboptimality";
    case WorstMeasure::mean:
      return "distance_to_optimum²";
    case WorstMeasure::distance:
      return "distance_to_optimum² + consensus_distance/n";
    case WorstMeasure::consensus:
      return "consensus_distance/n";
    case WorstMeasure::gradient:
      return "gradient_norm²";
    case WorstMeasure::average:
      break;
  }
  return "f at the mean of all rounds' mean models, less its minimum, which no column has";
}

/// Writes all files, and runs them.
class InstanceFolder {
 public:
  InstanceFolder(std::filesystem::path folder, const Configuration& configuration, const WorstCaseSettings& settings,
                 const Catalogue& catalogue)
      : folder_{std::move(folder)}, configuration_{configuration}, settings_{settings}, catalogue_{catalogue} {}

  WrittenInstance write(const WorstInstance& instance, const std::vector<Eigen::MatrixXd>& rounds) const {
    write_text(folder_ / functions_file, compact(json_of(instance.terms)));
    write_rounds(folder_ / mixing_file, rounds);
    const std::vector<Index> shape{instance.start.cols(), instance.start.rows()};
    write_array(folder_ / start_file, shape,
                std::span{instance.start.data(), static_cast<std::size_t>(instance.start.size())});
    if (instance.start.isZero(0)) std::filesystem::remove(folder_ / start_file);
    const std::filesystem::path file = folder_ / experiment_file;
    const auto write_experiment = [&](std::uint64_t node_steps) {
      write_text(file, pretty(experiment_of(configuration_, instance, rounds.size(), settings_, node_steps)));
    };
    write_experiment(static_cast<std::uint64_t>(settings_.rounds));
    const Experiment experiment = read_experiment(file, {}, catalogue_);
    const MeasuredRounds measured = measure_rounds(experiment, settings_.rounds, settings_.measure);
    write_experiment(measured.node_steps);
    return {.experiment = file,
            .nodes = static_cast<NodeId>(instance.start.cols()),
            .dimension = instance.start.rows(),
            .node_steps = measured.node_steps,
            .attained = measured.measure,
            .columns = in_columns(settings_.measure)};
  }

 private:
  std::filesystem::path folder_;
  const Configuration& configuration_;
  const WorstCaseSettings& settings_;
  const Catalogue& catalogue_;
};

}  // namespace

WrittenInstance write_instance(const std::filesystem::path& folder, const Configuration& configuration,
                               const WorstCase& worst, const WorstCaseSettings& settings, const Catalogue& catalogue) {
  check_folder(folder);
  const std::vector<Eigen::MatrixXd> graph = rounds_of_graph(configuration, settings.mixing);
  const InstanceFolder writer{folder, configuration, settings, catalogue};
  try {
    const auto instance_by = [&](double tolerance) {
      return graph.empty() ? worst_instance(worst, settings, tolerance)
                           : worst_instance_on(graph, worst, settings, tolerance);
    };
    const auto rounds_of = [&](const WorstInstance& instance) {
      return graph.empty() ? std::vector{instance.W} : graph;
    };
    WorstInstance best = instance_by(tolerances[0]);
    std::filesystem::create_directories(folder);
    WrittenInstance written = writer.write(best, rounds_of(best));
    const auto off = [&](const WrittenInstance& one) { return std::abs(one.attained - worst.value); };
    for (std::size_t t = 1; t < tolerances.size() && off(written) > 1e-8 * worst.value; ++t) {
      WorstInstance next = instance_by(tolerances[t]);
      const WrittenInstance other = writer.write(next, rounds_of(next));
      if (off(other) < off(written)) best = std::move(next), written = other;
    }
    return writer.write(best, rounds_of(best));
  } catch (const ProofError& error) {
    refuse({configuration.name, "/topology"}, error.what());
  }
}

}  // namespace gossamer
