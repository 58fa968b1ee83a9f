#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiments/experiment.hpp"
#include "experiments/progress.hpp"
#include "experiments/trace.hpp"

namespace gossamer {

/// What a record finds out about the models of all nodes.
struct Measures {
  Evaluation evaluation;          ///< of the mean model
  double consensus_distance = 0;  ///< Γ = Σ_i ‖x_i − x̄‖²
  std::optional<LocalMeasures> local = {};

  /// Where a number is not finite: on which node, and what was seen there.
  struct NonFinite {
    NodeId node = 0;
    std::string what;
  };
  std::optional<NonFinite> non_finite;
};

/// The models that a record measures.
struct ModelsSeen {
  std::span<const Params> all;     ///< of the nodes that are up
  std::span<const Params> scored;  ///< those among them that are also scored one by one

  /// A sample says all; to judge, only what the run's targets ask for is needed.
  enum class Purpose { sample, judgment };
  Purpose purpose = Purpose::sample;
};

/// Looks at a run where its record settings ask for it, writes what it sees, and ends the run at its targets.
///
/// Samples are taken at time zero, at every multiple of the interval and at the end. Looks in between serve the
/// progress display alone: they ask for no number, so that the trace is the same with and without them. Targets are
/// judged by each sample when it is taken, or at every instant at which a model changes; then the one that meets a
/// target is sampled, too. Models are not judged before one has changed after time zero.
class Recorder final : public Observer {
 public:
  struct Setup {
    NodeId nodes = 1;
    RecordSettings record = {};
    StopTargets targets = {};
    std::optional<double> steps_per_epoch = {};
    bool decode_failures = false;  ///< whether messages that were not understood are counted
    /// Measures the models; empty for a pure timing simulation.
    std::function<Measures(const ModelsSeen& models)> measure = {};
  };

  /// `progress` may be null.
  Recorder(Setup setup, TraceWriter& trace, Progress* progress);

  std::optional<std::string> observe(const Snapshot& snapshot) override;
  Next next() const override;

  /// Takes the last sample, unless it has been taken already.
  void finish(const Snapshot& snapshot);

  /// The last sample taken.
  const Sample& last() const { return last_; }
  /// When and where the run left the numbers, if it did.
  const std::optional<Divergence>& divergence() const { return divergence_; }

 private:
  bool is_due(const Snapshot& snapshot) const;
  void set_next_due(const Snapshot& snapshot);
  Sample look(const Snapshot& snapshot, ModelsSeen::Purpose purpose);
  void measure_models(const Snapshot& snapshot, ModelsSeen::Purpose purpose, Sample& sample);
  std::vector<Params> scored_models(const Snapshot& snapshot) const;
  void take_sample(const Snapshot& snapshot);
  std::optional<std::string> judged_by_sample(const Snapshot& snapshot);
  std::optional<std::string> judged_between_samples(const Snapshot& snapshot);
  bool models_are_as_at_the_start(const Snapshot& snapshot) const;
  std::optional<std::string> reached_target(const Sample& sample) const;
  /// Whether the nodes have made `steps` steps on average, rounded as the engine rounds it.
  bool have_made(double steps, const Snapshot& snapshot) const;

  Setup setup_;
  TraceWriter& trace_;
  Progress* progress_;

  bool taken_ = false;                  ///< whether there is a sample at all
  double due_ = 0;                      ///< the next sample, in intervals: an integer
  double steps_seen_ = 0;               ///< node-steps per node at the last look
  std::uint64_t reports_at_start_ = 0;  ///< of models, at the sample at time zero
  Sample last_;
  std::optional<Divergence> divergence_;
};

}  // namespace gossamer
