#include "experiments/commands/calibrate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/calibration/calibration.hpp"
#include "experiments/calibration/loop_fit.hpp"
#include "experiments/calibration/step_samples.hpp"
#include "experiments/configuration/experiment.hpp"
#include "experiments/configuration/source_file.hpp"
#include "experiments/run/output_files.hpp"
#include "experiments/run/run_in_world.hpp"
#include "experiments/run/signals.hpp"
#include "experiments/trace/trace.hpp"
#include "experiments/trace/trace_file.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/registry.hpp"
#include "sim/ground/written_file.hpp"
#include "sim/mpi/mpi_session.hpp"
#include "sim/network/collectives/collectives.hpp"
#ifdef GOSSAMER_MPI
#include "sim/ranks/measurement.hpp"
#endif

namespace gossamer {

#ifdef GOSSAMER_MPI
namespace {

/// The numbers of passes over all sizes and of samples of all steps. They spread a disturbance over all of them. A
/// hurried survey makes one pass, since starting more worlds would take longer than its measurements.
struct Repeats {
  int passes = 3;
  int samples = 16;
};
constexpr Repeats few_repeats{.passes = 1, .samples = 4};
constexpr double shortest_full_calibration = 10;  // seconds

constexpr int fewest_rounds = 4, most_rounds = 1000;
constexpr int fewest_sizes = 8;
constexpr double world_seconds = 0.01;  // to start and end an MPI world

/// Shares of the whole time. If there is no model, the other measurements get the share of the training loops.
constexpr double for_ping_pong = 0.3, for_exchange = 0.15, for_comparisons = 0.1, for_loops = 0.45,
                 for_busy_steps = 0.45;
/// A size whose fewest rounds take a larger share than this is left out.
constexpr double most_of_one_size = 0.05;

/// Sizes from 1 B to 16 MiB: two octaves apart where latency dominates, then three in each octave.
std::vector<Bytes> message_sizes() {
  std::vector<Bytes> sizes{1, 4, 16, 64, 256};
  for (int third = 27; third <= 72; ++third) sizes.push_back(std::llround(std::exp2(third / 3.0)));
  return sizes;
}
constexpr Bytes compared_sizes[] = {1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22};
constexpr LoopTimes measured_loops[] = {{TrainingLoop::exchange_after_step},
                                        {TrainingLoop::all_reduce_after_step, AllReduce::ring},
                                        {TrainingLoop::all_reduce_after_step, AllReduce::recursive_doubling},
                                        {TrainingLoop::all_reduce_after_few},
                                        {TrainingLoop::all_reduce_after_many},
                                        {TrainingLoop::exchange_during_step},
                                        {TrainingLoop::request_after_step},
                                        {TrainingLoop::request_during_step}};
constexpr Bytes busy_sizes[] = {1 << 14, 1 << 16, 1 << 18};

/// The measurements of training loops. Only rank 0 has them.
struct LoopSamples {
  std::vector<double> steps = {};
  std::vector<LoopTimes> rounds = {};
  double averaging = 0;  ///< seconds that the mean with another vector adds to a step
  Phases phases = {};
  double disturbance = 1;
};

/// The number of turns through all loops, and the length of each loop.
struct LoopRounds {
  int count = 0;
  int steps = 0;                 ///< of loops without messages
  std::vector<int> rounds = {};  ///< of `measured_loops`
};

Bytes bytes_of_a_model(const DataPlane& plane) { return plane.dimension() * static_cast<Bytes>(plane.scalar_bytes()); }

double three_digits(double value) { return std::stod(fmt::format("{:.3g}", value)); }

/// Measures for a given time. Rank 0 chooses the number of rounds of each measurement.
class Calibrator {
 public:
  Calibrator(MpiSession& session, double seconds)
      : measurement_{session},
        seconds_{seconds},
        repeats_{seconds < shortest_full_calibration ? few_repeats : Repeats{}} {}

  /// Times of messages and of exchanges of two nodes, for all sizes that fit in the time.
  std::vector<MessageTimes> messages();
  /// The fraction of message-handling time that delays busy steps.
  double interference(const Piecewise& network);
  std::vector<Comparison> comparisons(const Piecewise& network, NodeId nodes);
  /// Step times of the experiment, and training loops with its models.
  LoopSamples loops(DataPlane& plane);
  double value_of_rank_0(double value) const { return measurement_.value_of_rank_0(value); }

 private:
  /// The number of rounds of `round` seconds that fit in `budget`; 0 if the fewest would take too long.
  int rounds(double budget, double round, int fewest = fewest_rounds) const {
    const double possible = (budget - world_seconds) / round;
    const bool too_long = round * fewest > most_of_one_size * seconds_;
    const double wanted = std::clamp(possible, static_cast<double>(fewest), static_cast<double>(most_rounds));
    return static_cast<int>(measurement_.value_of_rank_0(too_long ? 0 : wanted));
  }
  LoopRounds turns(double step, const std::vector<double>& loops) const;
  void add_pass(Bytes size, double cells, std::vector<double>& alone, std::vector<double>& both);

  Measurement measurement_;
  double seconds_;
  Repeats repeats_;
};

double median(const std::vector<double>& seconds) { return quantiles_of(seconds).median; }

void Calibrator::add_pass(Bytes size, double cells, std::vector<double>& alone, std::vector<double>& both) {
  const double guess = alone.empty() ? 20e-6 + static_cast<double>(size) / 2e9 : median(alone);
  constexpr int warm_rounds = 3 + fewest_rounds, mean_rounds = 2 * 8;
  const int there_and_back = rounds(for_ping_pong * seconds_ / cells, 2 * guess, warm_rounds);
  if (there_and_back == 0) return;
  const auto times = measurement_.ping_pong(size, there_and_back);
  alone.insert(alone.end(), times.begin(), times.end());
  const double known = alone.empty() ? guess : median(alone);
  const int exchanges = rounds(for_exchange * seconds_ / cells, 2 * known, mean_rounds);
  if (exchanges == 0) return;
  const auto exchange_times = measurement_.exchange(size, exchanges);
  both.insert(both.end(), exchange_times.begin(), exchange_times.end());
}

std::vector<MessageTimes> Calibrator::messages() {
  const std::vector<Bytes> sizes = message_sizes();
  std::map<Bytes, std::pair<std::vector<double>, std::vector<double>>> times;
  for (int pass = 0; pass < repeats_.passes; ++pass)
    for (const Bytes size : sizes)
      add_pass(size, repeats_.passes * static_cast<double>(sizes.size()), times[size].first, times[size].second);
  std::vector<MessageTimes> result;
  for (const auto& [size, both] : times) {
    if (both.first.empty()) continue;
    MessageTimes row{.size = static_cast<double>(size), .alone = quantiles_of(both.first)};
    if (!both.second.empty()) row.exchange = median(both.second);
    result.push_back(row);
  }
  return result;
}

double Calibrator::interference(const Piecewise& network) {
  std::vector<double> shares;
  for (const Bytes size : busy_sizes) {
    const double bytes = static_cast<double>(size);
    const double handled = 2 * network.occupancy[segment_of(network, bytes)] * message_time(network, bytes).count();
    constexpr double guess = 0.5e-3;
    // Only messages that are shorter than the steps show how much they slow down the steps.
    const bool hidden = handled > 0 && message_time(network, bytes).count() < guess / 4;
    const int count = rounds(for_busy_steps * seconds_ / (2 * std::size(busy_sizes)), guess, hidden ? 16 : 1 << 30);
    if (count == 0) continue;
    const auto alone = measurement_.busy_steps(Measurement::Busy::alone, size, count);
    const auto exchanging = measurement_.busy_steps(Measurement::Busy::exchanging, size, count);
    if (!alone.empty()) shares.push_back((median(exchanging) - median(alone)) / handled);
  }
  // Steps lose at most the handling time. A share outside [0, 1] is a disturbance of a busy machine.
  return shares.empty() ? 0 : std::clamp(three_digits(median(shares)), 0.0, 1.0);
}

std::vector<Comparison> Calibrator::comparisons(const Piecewise& network, NodeId nodes) {
  std::vector<Comparison> result;
  const double budget = for_comparisons * seconds_ / (3 * std::size(compared_sizes));
  for (const auto algorithm : {AllReduce::ring, AllReduce::recursive_doubling}) {
    Piecewise played = network;
    played.all_reduce = algorithm;
    const PiecewiseNetwork model{played, nodes};
    for (const Bytes size : compared_sizes) {
      const double predicted = model.all_reduce(nodes, size).duration.count();
      const int count = rounds(budget, predicted, 16);
      if (count == 0) continue;
      const auto times = measurement_.all_reduce(algorithm, size, count);
      if (!times.empty())
        result.push_back(
            {std::string{algorithm_of(algorithm).name}, static_cast<double>(size), median(times), predicted});
    }
  }
  for (const Bytes size : compared_sizes) {
    // Messages of a train follow each other as fast as both ends handle them. The last one and its answer travel alone.
    const double bytes = static_cast<double>(size), alone = message_time(network, bytes).count();
    const double handled = network.occupancy[segment_of(network, bytes)] * alone;
    constexpr int train = Measurement::messages_of_a_train;
    const double predicted = ((train - 1) * handled + 2 * alone) / train;
    const int count = rounds(budget, train * alone, 7);
    if (count == 0) continue;
    const auto times = measurement_.stream(size, count);
    if (!times.empty()) result.push_back({"stream", bytes, median(times), predicted});
  }
  return result;
}

/// As many turns as fit in the time, each with at least a few rounds of every loop. `step` and `loops` are seconds of a
/// round.
LoopRounds Calibrator::turns(double step, const std::vector<double>& loops) const {
  constexpr double fewest = 11, most = 10'000;
  const double kinds = static_cast<double>(loops.size()) + 2;  // steps alone, and with an average
  const double budget = for_loops * seconds_;
  const double shortest =
      fewest * std::accumulate(loops.begin(), loops.end(), 2 * step) + kinds * world_seconds;  // a turn
  const double possible = std::clamp(budget / shortest, 2.0, 1.0 * repeats_.samples);
  const int count = static_cast<int>(measurement_.value_of_rank_0(possible));
  const auto rounds = [&](double seconds) {
    const double time = budget / (kinds * count) - world_seconds;
    return static_cast<int>(measurement_.value_of_rank_0(std::clamp(time / seconds, fewest, most)));
  };
  LoopRounds result{.count = count, .steps = rounds(step)};
  for (const double loop : loops) result.rounds.push_back(rounds(loop));
  return result;
}

/// All loops by turns, in samples: other guests of a machine slow down a whole sample by a third, for seconds. The
/// time of a loop is the median of its samples, by which loops can be compared, times the disturbance of all loops
/// together, since runs are disturbed as well.
LoopSamples Calibrator::loops(DataPlane& plane) {
  constexpr int steps_of_a_look = 20, rounds_of_a_look = 11;
  const auto run = [&](const LoopTimes& loop, int rounds) {
    return measurement_.mean_round_time(plane, loop.what, loop.all_reduce, rounds);
  };
  const auto look = measurement_.steps(plane, steps_of_a_look);
  const double one_step = look.empty() ? 1 : mean_of(look.front());
  std::vector<double> looks;
  for (const auto& loop : measured_loops) looks.push_back(std::max(one_step, run(loop, rounds_of_a_look)));
  const LoopRounds turns = this->turns(one_step, looks);

  std::vector<StepSample> steps;
  std::vector<double> averaging;
  std::vector<std::vector<double>> lengths(std::size(measured_loops) + 1);  // of samples, and of those of steps
  const auto start = std::chrono::steady_clock::now();
  for (int turn = 0; turn < turns.count; ++turn) {
    StepSample sample = measurement_.steps(plane, turns.steps);
    const double with_average = run({TrainingLoop::step_and_average}, turns.steps);
    for (std::size_t k = 0; k < std::size(measured_loops); ++k)
      lengths[k].push_back(turns.rounds[k] * run(measured_loops[k], turns.rounds[k]));
    if (sample.empty()) continue;  // only rank 0 has them
    averaging.push_back(with_average - mean_of(sample.front()));
    lengths.back().push_back(turns.steps * mean_of(sample.front()));
    steps.push_back(std::move(sample));
  }
  if (steps.empty()) return {};
  LoopSamples result{.steps = usual_steps(steps),
                     .averaging = median(averaging),
                     .phases = phases_of(steps, (std::chrono::steady_clock::now() - start) / turns.count),
                     .disturbance = three_digits(disturbance(lengths))};
  for (double& seconds : result.steps) seconds *= result.disturbance;
  for (std::size_t k = 0; k < std::size(measured_loops); ++k) {
    result.rounds.push_back(measured_loops[k]);
    result.rounds.back().measured = result.disturbance * median(lengths[k]) / turns.rounds[k];
  }
  return result;
}

/// The law of the measured steps.
std::unique_ptr<StepTimes> law_of(const StepSummary& steps, int ranks) {
  const LawFit& fitted = steps.laws.front();
  return fitted.entry->make(fitted.values, {.nodes = ranks});
}

/// Fits a law of steps, a rate of averaging, and a network with which training loops take the measured times.
void fit_step_and_loops(Calibration& calibration, LoopSamples loops, const DataPlane& plane) {
  calibration.steps = summary_of(loops.steps);
  const Bytes payload = bytes_of_a_model(plane);
  if (loops.averaging > 0) calibration.averaging.rate = three_digits(static_cast<double>(payload) / loops.averaging);
  calibration.phases = {.unevenness = three_digits(loops.phases.unevenness), .steps = loops.phases.steps};
  calibration.disturbance = loops.disturbance;
  // The average time of a loop does not depend on the length of phases. Short phases need fewer rounds.
  const LoopFit found = fit_loops({.steps = law_of(*calibration.steps, calibration.ranks),
                                   .phases = {.unevenness = calibration.phases.unevenness},
                                   .averaging = calibration.averaging,
                                   .nodes = calibration.ranks,
                                   .payload = payload},
                                  calibration.network, Seconds{calibration.steps->mean}, loops.rounds);
  calibration.network = found.network;
  calibration.averaging = found.averaging;
  calibration.slowdown = found.slowdown;
  for (const LoopTimes& loop : loops.rounds)
    calibration.loops.push_back({name_of(loop), static_cast<double>(payload), loop.measured, loop.predicted});
}

/// Rank 0 has the full result. The others have the parts that they need to measure with it.
Calibration measure(MpiSession& session, const CalibrateOptions& options, const Experiment* experiment) {
  Calibrator calibrator{session, options.seconds};
  Calibration result{.ranks = session.ranks(), .mpi = MpiSession::library()};
  result.messages = calibrator.messages();
  if (calibrator.value_of_rank_0(static_cast<double>(result.messages.size())) < fewest_sizes)
    throw MpiError{fmt::format("there was time for fewer than {} sizes of messages in {} s\n  expected more --seconds",
                               fewest_sizes, options.seconds)};
  if (session.rank() == 0) {
    std::vector<MessageSample> samples;
    for (const MessageTimes& row : result.messages) samples.push_back({row.size, row.alone.median});
    result.fit = fit_segments(samples);
    result.network = network_of(result.fit, result.messages);
  }
  result.comparisons = calibrator.comparisons(result.network, session.ranks());
  if (!experiment) {
    result.network.interference = calibrator.interference(result.network);
    return result;
  }
  const auto plane = make_plane(*experiment, 1);
  LoopSamples loops = calibrator.loops(*plane);
  if (session.rank() == 0) fit_step_and_loops(result, std::move(loops), *plane);
  return result;
}

std::optional<Experiment> read_model(const MpiSession& session, const CalibrateOptions& options,
                                     const Catalogue& catalogue) {
  if (session.ranks() < 2)
    throw MpiError{"calibrate measures what lies between ranks\n  expected mpirun -np 2 ./gossamer calibrate, or more"};
  if (!options.model) return std::nullopt;
  std::vector<std::string> overrides = options.overrides;
  overrides.emplace_back("/machine=null");  // it may name the file that will be written
  Experiment experiment = read_experiment(*options.model, overrides, catalogue);
  check_outputs({OutputFile{options.out, "the machine file", "--out"}}, *options.model, experiment.files_read);
  if (!experiment.problem)
    throw MpiError{fmt::format("{}: this experiment computes no gradients to measure", options.model->string())};
  if (session.ranks() > experiment.topology.mixing.size())
    throw MpiError{fmt::format("{}: {} ranks for {} nodes: every rank needs a node", options.model->string(),
                               session.ranks(), experiment.topology.mixing.size())};
  return experiment;
}

/// The reason not to write the machine file, if there is one.
std::optional<std::string> reason_to_keep_file(const CalibrateOptions& options) {
  if (options.force || !has_content(options.out)) return std::nullopt;
  try {
    if (read_json_file(options.out, "a machine file").contains("calibration")) return std::nullopt;
  } catch (const ExperimentError&) {  // the file is no machine file
  }
  return fmt::format(
      "{}: holds something that is no machine file, which would be lost\n"
      "  expected another --out, or --force to overwrite it",
      options.out.string());
}

void calibrate(MpiSession& session, const CalibrateOptions& options, const Catalogue& catalogue, std::ostream& out) {
  const auto wrong = session.first_complaint(session.rank() == 0 ? reason_to_keep_file(options) : std::nullopt);
  if (wrong) throw MpiError{*wrong};
  const std::optional<Experiment> experiment = read_model(session, options, catalogue);  // the same on all ranks
  const Calibration calibration = measure(session, options, experiment ? &*experiment : nullptr);
  if (session.rank() > 0) return;
  out << calibration_report(calibration);
  if (const std::string reason = void_reason(calibration); !reason.empty() && !options.force)
    throw MpiError{
        fmt::format("no machine file is written: {}\n"
                    "  expected a machine with nothing else to do, more --seconds, or --force",
                    reason)};
  write_file(options.out, [&](std::ostream& file) { file << pretty(machine_json(calibration)) << '\n'; });
  out << "\nmachine file: " << options.out.string() << '\n';
}

}  // namespace

void calibrate_command(const CalibrateOptions& options, const Catalogue& catalogue, std::ostream& out) {
  MpiSession session;
  try {
    calibrate(session, options, catalogue, out);
  } catch (...) {
    ignore_signals();
    throw;
  }
}

#else

void calibrate_command(const CalibrateOptions&, const Catalogue&, std::ostream&) {
  throw MpiError{
      "this program was built without MPI, which calibrate needs\n"
      "  expected the packages openmpi-bin and libopenmpi-dev; with them, build again"};
}

#endif

}  // namespace gossamer
