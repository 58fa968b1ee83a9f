#include "experiments/commands/calibrate.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <ostream>
#include <system_error>

#include <fmt/format.h>

#include "experiments/calibration.hpp"
#include "experiments/experiment.hpp"
#include "experiments/run_numerics.hpp"
#include "experiments/trace.hpp"
#include "sim/mpi/mpi_session.hpp"
#ifdef GOSSAMER_MPI
#include "sim/mpi/measurement.hpp"
#endif

namespace gossamer {

#ifdef GOSSAMER_MPI
namespace {

/// Over all sizes, and through all steps: so that a disturbance does not meet one alone. A hurried survey, which the
/// starts of worlds would take longer than what it measures, looks once.
struct Repeats {
  int passes = 3;
  int stretches = 16;
};
constexpr Repeats hurried{.passes = 1, .stretches = 4};
constexpr double hurry = 10;  // seconds

constexpr int fewest_rounds = 4, most_rounds = 1000;
constexpr int fewest_sizes = 8;
constexpr double world_seconds = 0.01;  // to start and end an MPI world

/// Shares of the whole time.
constexpr double for_ping_pong = 0.35, for_exchange = 0.2, for_comparisons = 0.15, for_busy_steps = 0.08,
                 for_steps = 0.12, for_models = 0.1;
/// A size whose fewest rounds take a larger share than this is left out.
constexpr double most_of_one_size = 0.05;

/// Two octaves apart while latency is all, then three an octave: 1 B … 16 MiB.
std::vector<Bytes> message_sizes() {
  std::vector<Bytes> sizes{1, 4, 16, 64, 256};
  for (int third = 27; third <= 72; ++third) sizes.push_back(std::llround(std::exp2(third / 3.0)));
  return sizes;
}
constexpr Bytes compared_sizes[] = {1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22};
constexpr Bytes busy_sizes[] = {1 << 14, 1 << 16, 1 << 18};

/// An experiment's models as they are measured.
struct Models {
  const Mixing& mixing;
  DataPlane& plane;

  double bytes() const { return static_cast<double>(plane.dimension()) * static_cast<double>(plane.scalar_bytes()); }
};

double three_digits(double value) { return std::stod(fmt::format("{:.3g}", value)); }

/// Spends a time on measurements, with as many rounds of each as rank 0 finds room for.
class Surveyor {
 public:
  Surveyor(MpiSession& session, double seconds)
      : measurement_{session}, seconds_{seconds}, repeats_{seconds < hurry ? hurried : Repeats{}} {}

  /// Message times, and how two nodes exchange, for all sizes that there is time for.
  std::vector<MessageTimes> messages();
  /// The share of what messages occupy for which busy steps wait.
  double interference(const Piecewise& network);
  std::vector<Comparison> comparisons(const Piecewise& network, NodeId nodes);
  std::vector<double> steps(const Experiment& experiment, DataPlane& plane);
  /// How much later a node notices a message that takes steps of a mean time.
  Seconds attention(const Models& models, double step);
  /// As above, from the steps of the experiment; nothing where its messages do not hide behind them.
  std::optional<double> interference(const Models& models, const Piecewise& network, double step);
  /// The rate at which what has been received is worked in; nothing where that takes no time.
  std::optional<double> averaging(const Models& models, const Piecewise& network, double step);
  double agreed(double value) const { return measurement_.agreed(value); }

 private:
  /// How many rounds of `round` seconds there is time for in `budget`; 0 where the fewest would take too long.
  int rounds(double budget, double round, int fewest = fewest_rounds) const {
    const double possible = (budget - world_seconds) / round;
    const bool too_long = round * fewest > most_of_one_size * seconds_;
    const double wanted = std::clamp(possible, static_cast<double>(fewest), static_cast<double>(most_rounds));
    return static_cast<int>(measurement_.agreed(too_long ? 0 : wanted));
  }
  double deeds(const Models& models, Measurement::Deeds what, double guess);
  void add_pass(Bytes size, double cells, std::vector<double>& alone, std::vector<double>& both);

  Measurement measurement_;
  double seconds_;
  Repeats repeats_;
};

double median(const std::vector<double>& seconds) { return spread_of(seconds).median; }
/// The median, which only rank 0 knows.
double middle(const std::vector<double>& seconds) { return seconds.empty() ? 0 : median(seconds); }

/// The samples of the stretches whose means are in the middle half.
std::vector<double> middle_half(std::vector<std::vector<double>> stretches) {
  const auto sum = [](const std::vector<double>& times) { return std::accumulate(times.begin(), times.end(), 0.0); };
  std::sort(stretches.begin(), stretches.end(), [&](const auto& a, const auto& b) { return sum(a) < sum(b); });
  std::vector<double> result;
  for (std::size_t k = stretches.size() / 4; k < stretches.size() - stretches.size() / 4; ++k)
    result.insert(result.end(), stretches[k].begin(), stretches[k].end());
  return result;
}

void Surveyor::add_pass(Bytes size, double cells, std::vector<double>& alone, std::vector<double>& both) {
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

std::vector<MessageTimes> Surveyor::messages() {
  const std::vector<Bytes> sizes = message_sizes();
  std::map<Bytes, std::pair<std::vector<double>, std::vector<double>>> times;
  for (int pass = 0; pass < repeats_.passes; ++pass)
    for (const Bytes size : sizes)
      add_pass(size, repeats_.passes * static_cast<double>(sizes.size()), times[size].first, times[size].second);
  std::vector<MessageTimes> result;
  for (const auto& [size, both] : times) {
    if (both.first.empty()) continue;
    MessageTimes row{.size = static_cast<double>(size), .alone = spread_of(both.first)};
    if (!both.second.empty()) row.exchange = median(both.second);
    result.push_back(row);
  }
  return result;
}

double Surveyor::interference(const Piecewise& network) {
  std::vector<double> shares;
  for (const Bytes size : busy_sizes) {
    const double bytes = static_cast<double>(size);
    const double handled = 2 * network.occupancy[segment_of(network, bytes)] * message_time(network, bytes).count();
    constexpr double guess = 0.5e-3;
    // Only messages that hide behind the steps show what they take from them.
    const bool hidden = handled > 0 && message_time(network, bytes).count() < guess / 4;
    const int count = rounds(for_busy_steps * seconds_ / (2 * std::size(busy_sizes)), guess, hidden ? 16 : 1 << 30);
    if (count == 0) continue;
    const auto alone = measurement_.busy_steps(Measurement::Busy::alone, size, count);
    const auto exchanging = measurement_.busy_steps(Measurement::Busy::exchanging, size, count);
    if (!alone.empty()) shares.push_back((median(exchanging) - median(alone)) / handled);
  }
  // Steps can lose no more than what is handled: whatever lies outside is the disturbance of a busy machine.
  return shares.empty() ? 0 : std::clamp(three_digits(median(shares)), 0.0, 1.0);
}

std::vector<Comparison> Surveyor::comparisons(const Piecewise& network, NodeId nodes) {
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
        result.push_back({algorithm == AllReduce::ring ? "ring" : "recursive_doubling", static_cast<double>(size),
                          median(times), predicted});
    }
  }
  for (const Bytes size : compared_sizes) {
    // Messages of a train follow each other as fast as the ends handle them; the last one and its answer fly alone.
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

/// Steps are taken in stretches. Whatever else a machine does disturbs some of them as a whole, so only those count
/// whose means are in the middle half.
std::vector<double> Surveyor::steps(const Experiment& experiment, DataPlane& plane) {
  constexpr int first_look = 20;
  constexpr double most_steps = 10'000;  // of a stretch
  const Mixing& mixing = experiment.topology.mixing;
  const auto look = measurement_.steps(mixing, plane, first_look);
  const double step = look.empty() ? 1 : median(look);
  const double wanted = std::clamp(for_steps * seconds_ / repeats_.stretches / step, double{first_look}, most_steps);
  const int count = static_cast<int>(measurement_.agreed(wanted));
  std::vector<std::vector<double>> measured;
  for (int k = 0; k < repeats_.stretches; ++k) measured.push_back(measurement_.steps(mixing, plane, count));
  return middle_half(std::move(measured));
}

/// A message that comes at any time of a step of length S waits for min(A, what is left), A − A²/(2 S) on average, and
/// S/2 where A ≥ S. Whatever is more is the disturbance of a busy machine.
Seconds Surveyor::attention(const Models& models, double step) {
  const int count = rounds(for_models * seconds_ / 7, 40e-6 + step, 64);
  if (count == 0) return Seconds{0};
  const auto answers = [&](Measurement::Partner partner) {
    return middle(measurement_.answers(models.mixing, models.plane, partner, count));
  };
  const double resting = answers(Measurement::Partner::resting), computing = answers(Measurement::Partner::computing);
  const double waits = std::clamp(computing - resting, 0.0, step / 2);
  return Seconds{three_digits(step - std::sqrt(std::max(0.0, step * (step - 2 * waits))))};
}

double Surveyor::deeds(const Models& models, Measurement::Deeds what, double guess) {
  const int count = rounds(for_models * seconds_ / 7, guess, 64);
  return count == 0 ? 0 : middle(measurement_.deeds(models.mixing, models.plane, what, count));
}

/// As `interference` has it, from the model's own steps. What is handled of a message hides in the step.
std::optional<double> Surveyor::interference(const Models& models, const Piecewise& network, double step) {
  const double time = message_time(network, models.bytes()).count();
  const double handled = 2 * network.occupancy[segment_of(network, models.bytes())] * time;
  const bool hides = handled > 0 && time <= step;  // as rank 0 knows
  if (measurement_.agreed(hides ? 1 : 0) == 0) return std::nullopt;
  const double alone = deeds(models, Measurement::Deeds::step, step);
  const double exchanging = deeds(models, Measurement::Deeds::step_while_exchanging, step + handled);
  return std::clamp(three_digits((exchanging - alone) / handled), 0.0, 1.0);
}

/// What a step and an exchange take longer together than each alone: averaging, and models that are in no cache.
std::optional<double> Surveyor::averaging(const Models& models, const Piecewise& network, double step_time) {
  using enum Measurement::Deeds;
  const double guess = exchange_time(network, models.bytes()).count();
  const double more = deeds(models, step_exchange_and_average, step_time + guess) -
                      deeds(models, Measurement::Deeds::step, step_time) - deeds(models, exchange, guess);
  if (more <= 0) return std::nullopt;
  return three_digits(models.bytes() / more);
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text << '\n';
  file.flush();
  if (!file)
    throw TraceError{
        fmt::format("{}: cannot write the machine file: {}", path.string(), std::generic_category().message(errno))};
}

/// Rank 0 knows all; the others know enough to measure with it.
Calibration survey(MpiSession& session, const CalibrateOptions& options, const Experiment* experiment) {
  Surveyor surveyor{session, options.seconds};
  Calibration result{.ranks = session.ranks(), .mpi = MpiSession::library()};
  result.messages = surveyor.messages();
  if (surveyor.agreed(static_cast<double>(result.messages.size())) < fewest_sizes)
    throw MpiError{fmt::format("there was time for fewer than {} sizes of messages in {} s\n  expected more --seconds",
                               fewest_sizes, options.seconds)};
  if (session.rank() == 0) {
    std::vector<MessageSample> samples;
    for (const MessageTimes& row : result.messages) samples.push_back({row.size, row.alone.median});
    result.fit = fit_segments(samples);
    result.network = network_of(result.fit, result.messages);
  }
  result.network.interference = surveyor.interference(result.network);
  result.comparisons = surveyor.comparisons(result.network, session.ranks());
  if (!experiment) return result;
  const auto numerics = make_numerics(*experiment, 1);
  const auto steps = surveyor.steps(*experiment, numerics->plane());
  if (session.rank() == 0) result.steps = summary_of(steps);
  const double step = surveyor.agreed(result.steps ? result.steps->mean : 0);
  const Models models{.mixing = experiment->topology.mixing, .plane = numerics->plane()};
  result.network.attention = surveyor.attention(models, step);
  if (const auto own = surveyor.interference(models, result.network, step)) result.network.interference = *own;
  result.averaging = surveyor.averaging(models, result.network, step);
  return result;
}

std::optional<Experiment> read_model(const MpiSession& session, const CalibrateOptions& options) {
  if (session.ranks() < 2)
    throw MpiError{"calibrate measures what lies between ranks\n  expected mpirun -np 2 ./gossamer calibrate, or more"};
  if (!options.model) return std::nullopt;
  std::vector<std::string> overrides = options.overrides;
  overrides.emplace_back("/machine=null");  // it may name the very file that is to be written
  Experiment experiment = read_experiment(*options.model, overrides);
  if (std::holds_alternative<std::monostate>(experiment.problem))
    throw MpiError{fmt::format("{}: this experiment computes no gradients to measure", options.model->string())};
  if (session.ranks() > experiment.topology.mixing.size())
    throw MpiError{fmt::format("{}: {} ranks for {} nodes: every rank needs a node", options.model->string(),
                               session.ranks(), experiment.topology.mixing.size())};
  return experiment;
}

}  // namespace

void calibrate_command(const CalibrateOptions& options, std::ostream& out) {
  MpiSession session;
  const std::optional<Experiment> experiment = read_model(session, options);  // the same on all ranks
  const Calibration calibration = survey(session, options, experiment ? &*experiment : nullptr);
  if (session.rank() > 0) return;
  write_file(options.out, pretty(machine_json(calibration)));
  out << calibration_report(calibration) << "\nmachine file: " << options.out.string() << '\n';
}

#else

void calibrate_command(const CalibrateOptions&, std::ostream&) {
  throw MpiError{
      "this program was built without MPI, which calibrate needs\n"
      "  expected the packages openmpi-bin and libopenmpi-dev; with them, build again"};
}

#endif

}  // namespace gossamer
