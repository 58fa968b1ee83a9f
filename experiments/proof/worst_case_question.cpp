#include "experiments/proof/worst_case_question.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/suitability.hpp"
#include "experiments/proof/measured_rounds.hpp"
#include "sim/compression/identity.hpp"
#include "sim/proof/proof_error.hpp"
#include "topologies/common_modes.hpp"
#include "topologies/spectrum.hpp"

namespace gossamer {
namespace {

/// The mixing matrices of a question.
struct Matrices {
  MixingClass mixing;
  std::string words;
  bool is_exact = true;
};

/// [λ_n, λ_2] of a W.
std::pair<double, double> ends_of(const Mixing& w, const Place& place) {
  if (w.size() == 1) return {0, 0};
  const Spectrum found = built(place, [&] { return spectrum(w); });
  if (!found.second_eigenvalue)
    refuse(place, "W is not symmetric, and has no orthogonal eigenvectors that are the same in all rounds",
           "a symmetric W, a circulant one, or eigenvalues by --spectrum");
  return {*found.smallest_eigenvalue, *found.second_eigenvalue};
}

/// W(0), …, up to a period or the last round that counts.
std::vector<std::shared_ptr<const Mixing>> rounds_of(const Topology& topology, int rounds) {
  if (!topology.schedule) return {std::make_shared<const Mixing>(topology.mixing)};
  const auto last = static_cast<std::uint64_t>(rounds);
  const std::uint64_t count = std::min(topology.schedule->period().value_or(last), last);
  std::vector<std::shared_ptr<const Mixing>> result;
  for (std::uint64_t k = 0; k < count; ++k) result.push_back(topology.schedule->round(k));
  return result;
}

std::string words_of(const SpectrumInterval& interval) {
  return fmt::format("every symmetric W{} with eigenvalues in [{:.6g}, {:.6g}], any number of nodes",
                     interval.changing ? "(k), another in each round," : "", interval.least, interval.largest);
}

Matrices interval(SpectrumInterval interval) {
  return {.mixing = interval, .words = words_of(interval), .is_exact = !interval.changing};
}

/// All W(k) with the eigenvalues that the graph's have.
Matrices interval_of(const std::vector<std::shared_ptr<const Mixing>>& rounds, const Place& place) {
  SpectrumInterval all{.least = 1, .largest = -1, .changing = rounds.size() > 1};
  for (const auto& w : rounds) {
    const auto [least, largest] = ends_of(*w, place);
    all.least = std::min(all.least, std::clamp(least, -1.0, 1.0));
    all.largest = std::max(all.largest, std::clamp(largest, -1.0, 1.0));
  }
  return interval(all);
}

Matrices matrices_of(const Topology& topology, const WorstCaseQuestion& question, const Place& place) {
  if (topology.mixing.stochasticity() != Stochasticity::doubly)
    refuse(place, fmt::format("W is {}, so averages do not keep the mean", name(topology.mixing.stochasticity())),
           "a doubly stochastic W");
  const auto rounds = rounds_of(topology, question.rounds);
  const bool random = topology.schedule && !topology.schedule->period();
  if (question.interval_of_graph || random) return interval_of(rounds, place);
  const auto modes = common_modes(rounds);
  if (!modes) return interval_of(rounds, place);
  const Eigen::Index count = modes->rounds.front().size();
  return {.mixing = SpectrumModes{modes->rounds},
          .words = fmt::format("the W of this {} of {} nodes, with {} different eigenvalue{}{}", topology.kind,
                               topology.mixing.size(), count, count == 1 ? "" : "s",
                               rounds.size() > 1 ? fmt::format(" in {} rounds", rounds.size()) : ""),
          .is_exact = modes->looks_alike};
}

std::optional<double> distance_of(const BuiltModel& model, NodeId nodes) {
  const std::vector<double> optimum = model.problem->known_minimum();
  if (optimum.empty()) return std::nullopt;
  std::vector<double> x(optimum.size());
  double sum = 0;
  for (NodeId i = 0; i < nodes; ++i) {
    model.initial_params.fill(i, x.data());
    for (std::size_t k = 0; k < x.size(); ++k) sum += (x[k] - optimum[k]) * (x[k] - optimum[k]);
  }
  return std::sqrt(sum / static_cast<double>(nodes));
}

/// The constants that the experiment's problem knows.
KnownProblem constants_of(const Configuration& configuration, NodeId nodes) {
  KnownProblem known;
  if (!configuration.model) return known;
  const NodeId workers = nodes - configuration.algorithm.entry->servers;
  const BuiltModel model =
      configuration.model->build(Numerics::float64, {.all = nodes, .workers = workers}, configuration.seeds);
  known.smoothness = model.problem->smoothness();
  known.exact_gradients = model.problem->added_noise() == 0.0;
  known.shared_start = model.initial_params.shared();
  known.distance = distance_of(model, workers);
  if (const auto squared = model.problem->heterogeneity_at_optimum()) known.dissimilarity = std::sqrt(*squared);
  return known;
}

/// The parts of a configuration that make its problem.
std::string problem_key(const Configuration& configuration) {
  Json json = parse_json(configuration.resolved, configuration.name);
  for (const char* const block : {"algorithm", "network", "compute", "faults", "stop", "record", "title"})
    json.erase(block);
  return compact(json);
}

/// The class of problems of a question, and the names of the constants that come from the experiment.
class ProblemOfQuestion {
 public:
  ProblemOfQuestion(const GivenConstants& given, const GivenConstants& known) : given_{given}, known_{known} {
    problems_.smoothness = choose(&GivenConstants::smoothness, "L", 1);
    problems_.strong_convexity = given.strong_convexity.value_or(0);
    problems_.distance = choose(&GivenConstants::distance, "R", 1);
    const double zeta = choose(&GivenConstants::dissimilarity, "zeta", problems_.smoothness * problems_.distance);
    problems_.dissimilarity = std::isinf(zeta) ? std::nullopt : std::optional{zeta};
  }

  const ProblemClass& problems() const { return problems_; }
  const std::string& from_experiment() const { return from_experiment_; }
  /// Whether the class has the constants of the experiment's problem.
  bool is_of_experiment() const {
    const auto taken = [&](std::optional<double> GivenConstants::*which) { return !(given_.*which) && known_.*which; };
    return taken(&GivenConstants::smoothness) && taken(&GivenConstants::distance) &&
           taken(&GivenConstants::dissimilarity) && problems_.strong_convexity == 0;
  }

 private:
  double choose(std::optional<double> GivenConstants::*which, const char* symbol, double otherwise) {
    if (given_.*which) return *(given_.*which);
    if (!(known_.*which)) return otherwise;
    from_experiment_ += (from_experiment_.empty() ? "" : ", ") + std::string{symbol};
    return *(known_.*which);
  }

  const GivenConstants& given_;
  const GivenConstants& known_;
  ProblemClass problems_;
  std::string from_experiment_;
};

double contraction_of(const Codec& codec, const std::optional<double>& given) {
  if (dynamic_cast<const Identity*>(&codec)) return 1;
  if (given) return *given;
  throw ProofError{
      "the compressor's contraction delta is not given\n"
      "  expected --class delta=… with |Q(v) - v|^2 <= (1 - delta) |v|^2"};
}

void refuse_unfit(const Configuration& configuration) {
  const Choice<AlgorithmEntry>& algorithm = configuration.algorithm;
  const AlgorithmEntry& entry = *algorithm.entry;
  const auto unfit = [&](const std::string& reason) {
    refuse(algorithm.place, fmt::format("{} has no worst case here: {}", entry.name, reason));
  };
  if (entry.servers > 0) unfit("it has a server");
  if (!entry.synchronous) unfit("it is asynchronous, so models depend on the speeds of nodes");
  if (entry.needs_hessians) unfit("it takes Newton directions");
}

}  // namespace

WorstCaseAnswer WorstCaseFinder::answer(const WorstCaseQuestion& question) {
  const Configuration configuration =
      read_configuration(*question.source, question.file, question.overrides, catalogue_);
  return blaming_overrides(question.file, question.overrides, [&] {
    refuse_unfit(configuration);
    const Topology topology = configuration.topology.build(configuration.seeds.of(&Seeds::topology));
    if (!question.spectrum) check_suitability(configuration.algorithm, topology);
    const Program program = configuration.algorithm.build();
    const Place& place = configuration.algorithm.place;
    const NodeId nodes = topology.mixing.size();
    Matrices matrices = question.spectrum
                            ? interval(*question.spectrum)
                            : matrices_of(topology, question, {question.file, "/topology"});

    const GivenConstants& given = question.constants;
    KnownProblem known;
    if (!given.smoothness || !given.distance || !given.dissimilarity) {
      const std::string key = problem_key(configuration);
      const auto at = constants_.find(key);
      known = at != constants_.end() ? at->second : constants_[key] = constants_of(configuration, nodes);
    }
    const ProblemOfQuestion problem{given, known};
    const auto contraction = [delta = given.contraction](const Codec& codec) { return contraction_of(codec, delta); };

    WorstCaseAnswer answer{.settings = {.rounds = question.rounds,
                                        .measure = question.measure,
                                        .problems = problem.problems(),
                                        .mixing = std::move(matrices.mixing),
                                        .start = question.start,
                                        .nodes = nodes,
                                        .contraction = contraction},
                           .algorithm = compact(parse_json(configuration.resolved, question.file).at("algorithm")),
                           .matrices = std::move(matrices.words),
                           .is_exact = matrices.is_exact,
                           .known_from_experiment = problem.from_experiment(),
                           .worst = {},
                           .textbook = {},
                           .has_experiment = !question.spectrum && !given.contraction && (known.shared_start || question.start == SymbolicStart::separate) &&
                                             known.exact_gradients &&
                                             problem.is_of_experiment()};
    built(place, [&] {
      const bool averages = run_on_symbols(program, {.rounds = question.rounds,
                                                     .start = question.start,
                                                     .nodes = nodes,
                                                     .contraction = contraction})
                                .uses_mixing;
      if (!averages) {
        answer.settings.mixing = SpectrumInterval{};
        answer.matrices = "averages are over all nodes, any number of them";
        answer.is_exact = true;
      }
      answer.worst = worst_case(program, answer.settings);
    });
    answer.textbook = textbook_bound(answer.worst.run, answer.settings);
    return answer;
  });
}

double WorstCaseFinder::measured(const WorstCaseQuestion& question) const {
  const Experiment experiment =
      parse_experiment(compact(*question.source), question.file, question.overrides, catalogue_);
  return measure_rounds(experiment, question.rounds, question.measure).measure;
}

}  // namespace gossamer
