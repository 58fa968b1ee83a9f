#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/experiment.hpp"
#include "experiments/run/progress.hpp"
#include "experiments/trace/measures.hpp"
#include "experiments/trace/trace.hpp"

namespace gossamer {

/// Takes samples of a run as its record settings require, writes them, and ends the run at its targets.
///
/// Samples are taken at time zero, at every multiple of the interval and at the end. Observations in between serve the
/// progress display alone: they compute no number, so that the trace is the same with and without them. Targets are
/// checked by each sample when it is taken, or at every instant at which a model changes; in the second case the
/// instant that meets a target is sampled, too. Targets are not checked before a model has changed after time zero.
class Recorder final : public Observer {
 public:
  struct Setup {
    NodeId nodes = 1;         ///< that train: the first ones
    bool has_server = false;  ///< whether the next node is a server, whose model is measured
    RecordSettings record = {};
    StopTargets targets = {};
    std::optional<double> steps_per_epoch = {};
    bool decode_failures = false;  ///< whether messages that could not be decoded are counted
    /// Measures the models; empty for a pure timing simulation.
    std::function<Measures(const MeasuredModels& models)> measure = {};
  };

  /// `progress` may be null.
  Recorder(Setup setup, TraceWriter& trace, Progress* progress);

  std::optional<std::string> observe(const Snapshot& snapshot) override;
  Next next() const override;

  /// Takes the last sample, unless it has been taken already.
  void finish(const Snapshot& snapshot);

  /// The last sample taken.
  const Sample& last() const { return last_; }
  /// The reason for which an observation ended the run, if one did.
  const std::optional<EndReason>& reason() const { return reason_; }
  /// The first number that was not finite, if any.
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  bool is_due(const Snapshot& snapshot) const;
  void set_next_due(const Snapshot& snapshot);
  Sample look(const Snapshot& snapshot, MeasuredModels::Purpose purpose);
  void measure_models(const Snapshot& snapshot, MeasuredModels::Purpose purpose, Sample& sample);
  std::vector<Params> scored_models(const Snapshot& snapshot) const;
  void take_sample(const Snapshot& snapshot);
  std::optional<EndReason> judged_by_sample(const Snapshot& snapshot);
  std::optional<EndReason> judged_between_samples(const Snapshot& snapshot);
  bool models_are_as_at_the_start(const Snapshot& snapshot) const;
  std::optional<EndReason> reached_target(const Sample& sample) const;
  /// Whether the nodes have made `steps` steps on average, rounded as the engine rounds it.
  bool have_made(double steps, const Snapshot& snapshot) const;

  Setup setup_;
  TraceWriter& trace_;
  Progress* progress_;

  bool taken_ = false;                  ///< whether there is a sample at all
  double due_ = 0;                      ///< the next sample, in intervals: an integer
  double steps_seen_ = 0;               ///< node-steps per node at the last observation
  std::uint64_t reports_at_start_ = 0;  ///< number of reported models at the sample at time zero
  Sample last_;
  std::optional<EndReason> reason_;
  std::optional<Divergence> divergence_;
};

}  // namespace gossamer
