#include "experiments/proof/measured_rounds.hpp"

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "experiments/configuration/complaint.hpp"
#include "experiments/run/run_in_world.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/network/models/alpha_beta.hpp"

namespace gossamer {
namespace {

class EqualSteps final : public StepTimes {
 public:
  Seconds duration(NodeId, std::uint64_t, Seconds) const override { return Seconds{1}; }
};

/// Keeps the mean models of the rounds, and ends the run after the last.
class RoundsObserver final : public Observer {
 public:
  RoundsObserver(DataPlane& plane, int rounds) : plane_{plane}, rounds_{static_cast<std::size_t>(rounds)} {}

  std::optional<std::string> observe(const Snapshot& snapshot) override {
    // All nodes report at the same instants, once before the first round.
    if (snapshot.reports != snapshot.models.size() * (means_.size() + 2)) return std::nullopt;
    means_.push_back(plane_.mean(snapshot.models));
    if (!complete()) return std::nullopt;
    models_.assign(snapshot.models.begin(), snapshot.models.end());
    node_steps_ = snapshot.total.node_steps / snapshot.models.size();
    return "all rounds";
  }
  Next next() const override { return {.at_changes = true}; }

  bool complete() const { return means_.size() == rounds_; }
  const std::vector<Params>& means() const { return means_; }
  const std::vector<Params>& models() const { return models_; }
  std::uint64_t node_steps() const { return node_steps_; }

 private:
  DataPlane& plane_;
  std::size_t rounds_;
  std::vector<Params> means_;
  std::vector<Params> models_;  ///< after the last round
  std::uint64_t node_steps_ = 0;
};

[[noreturn]] void refuse_unknown_minimum(const Experiment& experiment) {
  refuse({experiment.file, "/model"}, "the minimum of f is not known, but the measure needs it");
}

double square(double x) { return x * x; }

double measured(const Experiment& experiment, DataPlane& plane, const RoundsObserver& run, WorstMeasure measure) {
  const auto evaluated = [&](const Params& x) { return experiment.problem->evaluate_on(plane, x, {}); };
  const auto known = [&](const std::optional<double>& value) {
    if (!value) refuse_unknown_minimum(experiment);
    return *value;
  };
  const Params& mean = run.means().back();
  const auto consensus = [&] {
    return plane.consensus_distance(run.models(), mean) / static_cast<double>(run.models().size());
  };
  switch (measure) {
    case WorstMeasure::value:
      return known(evaluated(mean).suboptimality);
    case WorstMeasure::mean:
      return square(known(evaluated(mean).distance_to_optimum));
    case WorstMeasure::distance:
      return square(known(evaluated(mean).distance_to_optimum)) + consensus();
    case WorstMeasure::consensus:
      return consensus();
    case WorstMeasure::gradient:
      return square(evaluated(mean).gradient_norm.value());
    case WorstMeasure::average:
      break;
  }
  return known(evaluated(plane.mean(run.means())).suboptimality);
}

}  // namespace

MeasuredRounds measure_rounds(const Experiment& experiment, int rounds, WorstMeasure measure) {
  if (!experiment.problem) refuse({experiment.file, "/numerics"}, "there are no models to measure", "float64");
  const auto plane = make_plane(experiment, 1);
  const EqualSteps step_times;
  AlphaBetaNetwork network{{.latency = Seconds{0}, .bandwidth = 1e300, .all_reduce = AllReduce::ring}};
  const Simulation::Setup own = simulation_of(experiment, plane.get(), nullptr);
  Simulation simulation{{.mixing = own.mixing,
                         .step_times = step_times,
                         .network = network,
                         .plane = plane.get(),
                         .payload = own.payload,
                         .seed = own.seed,
                         .schedule = own.schedule,
                         .servers = own.servers,
                         .samples = own.samples,
                         .optimum = own.optimum,
                         .layers = own.layers}};
  RoundsObserver observer{*plane, rounds};
  const End end = simulation.run(experiment.program, {}, &observer);
  if (!observer.complete())
    refuse({experiment.file, "/algorithm"},
           fmt::format("the run ends after {} of {} rounds: {}", observer.means().size(), rounds,
                       end.detail.empty() ? "its programs end" : end.detail));
  return {.measure = measured(experiment, *plane, observer, measure), .node_steps = observer.node_steps()};
}

}  // namespace gossamer
