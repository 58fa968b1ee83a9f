#include "experiments/proof/instance_folder.hpp"

#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/proof/measured_rounds.hpp"
#include "experiments/run/run.hpp"
#include "sim/proof/worst_case.hpp"
#include "tests/experiments/run/runs.hpp"
#include "tests/experiments/standard.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer::testing {
namespace {

Configuration configuration_of(const Json& experiment) {
  return read_configuration(parse_json(experiment.dump(), "some.json"), "some.json", {}, standard());
}

Json quadratics_on(const Json& topology, const Json& algorithm) {
  return {{"topology", topology},
          {"model", {{"kind", "quadratic"}}},
          {"algorithm", algorithm},
          {"stop", {{"node_steps", 1}}}};
}

Program program_of(const Configuration& configuration) { return configuration.algorithm.build(); }

/// The measure by the columns of a trace's last record.
double by_columns(const Json& record, WorstMeasure measure, double nodes) {
  const auto squared = [&](const char* column) { return std::pow(record.at(column).get<double>(), 2); };
  const auto consensus = [&] { return record.at("consensus_distance").get<double>() / nodes; };
  switch (measure) {
    case WorstMeasure::value:
      return record.at("suboptimality").get<double>();
    case WorstMeasure::mean:
      return squared("distance_to_optimum");
    case WorstMeasure::distance:
      return squared("distance_to_optimum") + consensus();
    case WorstMeasure::consensus:
      return consensus();
    case WorstMeasure::gradient:
      return squared("gradient_norm");
    case WorstMeasure::average:
      break;
  }
  FAIL("no column");
  return 0;
}

struct Case {
  Json topology, algorithm;
  WorstCaseSettings settings;
};

void check_case(const Case& one) {
  CAPTURE(one.algorithm.dump());
  const TemporaryFolder folder;
  const std::filesystem::path at = folder.path() / "worst";
  const Configuration configuration = configuration_of(quadratics_on(one.topology, one.algorithm));
  const WorstCase worst = worst_case(program_of(configuration), one.settings);
  const WrittenInstance written = write_instance(at, configuration, worst, one.settings, standard());
  CHECK(std::abs(written.attained - worst.value) < 2e-6 * worst.value);
  CHECK(written.experiment == at / "experiment.json");

  const auto trace = folder.path() / "trace.jsonl";
  CHECK(gossamer::run({.file = written.experiment, .out = trace, .force = true, .quiet = true}) == ExitCode::success);
  Json last;
  for (const Json& record : records_in(trace))
    if (record.contains("suboptimality")) last = record;
  CHECK(by_columns(last, one.settings.measure, written.nodes) == doctest::Approx(written.attained).epsilon(1e-12));
  CHECK(last.at("node_steps").get<std::uint64_t>() == written.node_steps * static_cast<std::uint64_t>(written.nodes));
}

TEST_CASE("An ordinary run of a written instance attains the worst case, by the columns of its trace") {
  using enum WorstMeasure;
  const Json ring{{"kind", "ring"}, {"nodes", 8}}, one_peer{{"kind", "one_peer_exponential"}, {"nodes", 4}};
  const SpectrumInterval half{-0.5, 0.5}, none{0, 0};
  const Json d_psgd{{"kind", "d_psgd"}, {"step_size", 0.5}};
  const auto settings = [](int rounds, WorstMeasure measure, const MixingClass& mixing) {
    return WorstCaseSettings{.rounds = rounds, .measure = measure, .mixing = mixing};
  };
  check_case({ring, d_psgd, settings(5, value, half)});
  check_case({ring, d_psgd, settings(5, WorstMeasure::mean, half)});
  check_case({ring, d_psgd, settings(5, consensus, half)});
  check_case({ring, d_psgd, settings(5, WorstMeasure::gradient, half)});
  WorstCaseSettings separate = settings(4, distance, half);
  separate.start = SymbolicStart::separate;
  separate.problems = {.smoothness = 10, .strong_convexity = 1, .distance = 2, .dissimilarity = 3};
  check_case({ring, {{"kind", "d_psgd"}, {"step_size", 0.05}}, separate});
  check_case({ring, {{"kind", "local_sgd"}, {"step_size", 0.3}, {"averaging_period", 3}}, settings(2, value, none)});
  check_case({ring, {{"kind", "gradient_tracking"}, {"step_size", 0.2}}, settings(4, value, half)});
  WorstCaseSettings compressed = settings(4, value, SpectrumInterval{-1.0 / 3, 1.0 / 3});
  compressed.contraction = [](const Codec&) { return 0.5; };
  check_case({ring,
              {{"kind", "choco_sgd"}, {"step_size", 0.25}, {"consensus_step", 0.5}, {"compressor", "scaled_sign"}},
              compressed});
  // (1 + e^{iπj/2})/2 and (1 + e^{iπj})/2 for j = 1, 2; j = 3 is conjugate to j = 1.
  using C = std::complex<double>;
  const SpectrumModes modes{{Eigen::Vector2cd{C{0.5, 0.5}, C{0}}, Eigen::Vector2cd{C{0}, C{1}}}};
  check_case({one_peer, d_psgd, settings(4, value, modes)});
}

TEST_CASE("Worst cases that no run need attain, and folders with other files, are refused with a sentence") {
  const TemporaryFolder folder;
  const std::filesystem::path at = folder.path() / "worst";
  const auto complaint = [&](const Json& algorithm, const Json& topology, WorstCaseSettings settings) {
    const Configuration configuration = configuration_of(quadratics_on(topology, algorithm));
    const WorstCase worst = worst_case(program_of(configuration), settings);
    return message_of<InputError>([&] { write_instance(at, configuration, worst, settings, standard()); });
  };
  const Json ring{{"kind", "ring"}, {"nodes", 8}}, d_psgd{{"kind", "d_psgd"}};
  CHECK(complaint(d_psgd, ring, {.rounds = 2, .mixing = SpectrumInterval{-0.5, 0.5, true}}) ==
        "some.json: /topology: a worst case with a W for every round is an upper bound, which no instance need attain");
  CHECK(!std::filesystem::exists(at));

  std::filesystem::create_directory(at);
  CHECK(complaint(d_psgd, ring, {.rounds = 2, .mixing = SpectrumInterval{-0.5, 0.5}}) == "");
  CHECK(complaint(d_psgd, ring, {.rounds = 2, .mixing = SpectrumInterval{-0.5, 0.5}}) == "");  // once more
  std::filesystem::remove(at / "experiment.json");
  CHECK(complaint(d_psgd, ring, {.rounds = 2, .mixing = SpectrumInterval{-0.5, 0.5}})
            .find("the folder has other files") != std::string::npos);
}

}  // namespace
}  // namespace gossamer::testing
