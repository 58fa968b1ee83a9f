#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "experiments/trace/growing_file.hpp"
#include "experiments/trace/hash.hpp"
#include "experiments/trace/local_scores.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/learning/problem.hpp"
#include "sim/world/run_state.hpp"

/// The trace of a run: JSON Lines, one record a line. experiments/formats/trace.md describes the keys.
namespace gossamer {

/// One line of a trace during its composition. Keys keep their order; unknown and not finite values are left out.
class TraceRecord {
 public:
  explicit TraceRecord(std::string_view kind);

  TraceRecord& number(std::string_view key, double value);
  TraceRecord& number(std::string_view key, std::optional<double> value);
  TraceRecord& count(std::string_view key, std::uint64_t value);
  TraceRecord& text(std::string_view key, std::string_view value);
  /// A value that is JSON already, such as an object.
  TraceRecord& json(std::string_view key, std::string_view value);

  /// The line, without its end.
  std::string line() const { return line_ + "}"; }
  /// Adds all numbers of this record to the hash, in their order.
  void add_to(Hash& hash) const;

 private:
  TraceRecord& append(std::string_view key, std::string_view json);

  std::string line_;
  std::vector<std::variant<std::uint64_t, double>> numbers_;
};

/// Expectations of the squares of norms, which take the place of the norms in traces of exact moments.
struct ExpectedSquares {
  std::optional<double> gradient_norm;        ///< E ‖∇f(x̄)‖²
  std::optional<double> distance_to_optimum;  ///< E ‖x̄ − x*‖²
};

/// The state of a run at one instant of virtual time.
struct Sample {
  Seconds time{0};
  NodeCounters total;                                 ///< sums over nodes, as in `Snapshot`
  std::optional<Seconds> transfer;                    ///< of all messages, as in `Snapshot`
  NodeId nodes = 1;                                   ///< n
  std::optional<double> steps_per_epoch;              ///< node-steps of one node that make an epoch
  std::optional<Evaluation> evaluation;               ///< of the mean model; empty without numerics
  std::optional<double> consensus_distance;           ///< Γ = Σ_i ‖x_i − x̄‖²
  std::optional<FaultCounters> faults = {};           ///< as in `Snapshot`
  std::optional<std::uint64_t> decode_failures = {};  ///< if the compressor can detect failures
  std::optional<LocalMeasures> local = {};            ///< of nodes' own models; empty without numerics
  std::optional<ExpectedSquares> squares = {};        ///< of exact moments alone
};

/// The number of interactions of two nodes. Both sides count each, so this is half the sum, rounded up: an interaction
/// that only one side has counted so far has taken place.
std::uint64_t interactions(const NodeCounters& total);

/// 1 − (computing time) / (n · virtual time); empty at time zero.
std::optional<double> idle_share(Seconds computing, Seconds time, NodeId nodes = 1);

/// The mean of the staleness τ over all gradients; empty before the first gradient.
std::optional<double> mean_staleness(const NodeCounters& counters);

/// The counters of one node over the full run.
struct NodeSummary {
  NodeId node = 0;
  NodeCounters counters;
  Seconds time{0};  ///< the length of the run
  double slowdown = 1;
  std::optional<FaultCounters> faults = {};
};

/// A divergence: a number that is not finite.
struct Divergence {
  Seconds time{0};  ///< of the sample that detected it
  NodeId node = 0;
  std::string what;
};

/// The reason for the end of a run; see experiments/formats/trace.md.
enum class EndReason {
  virtual_time,
  node_steps,
  sent_bytes,
  epochs,
  target_loss,
  target_accuracy,
  target_local_loss,
  target_local_accuracy,
  target_consensus_distance,
  finished,
  diverged,
  interrupted,
  stuck
};
/// Its name in traces: "virtual_time".
const std::string& name(EndReason reason);

/// The end of a run, as its trace reports it.
struct RunEnd {
  EndReason reason = EndReason::finished;
  std::string detail = {};
  Sample last;
  std::optional<Divergence> divergence = {};
  Seconds wall_time{0};
  std::optional<std::uint64_t> events = {};  ///< not known of a run that was cut short

  /// The delay between the due time of events and their handling, on real ranks.
  struct Lateness {
    Seconds mean{0};
    Seconds max{0};
  };
  std::optional<Lateness> lateness = {};
};

TraceRecord record_of(const Sample& sample);
TraceRecord record_of(const NodeSummary& summary);
TraceRecord record_of(const Divergence& divergence);

/// Writes records to a file, each at once and in full, so that a kill or a full disk loses no earlier record.
///
/// Its hash covers every number of the sample and node records, in their order, and the final mean model.
class TraceWriter {
 public:
  /// Creates the file, or opens it; the first record replaces its content. Throws TraceError if that is impossible, or
  /// if another run is writing the file. `created` is whether the file was created for this trace.
  explicit TraceWriter(const std::filesystem::path& path, bool created = false);

  /// Writes a record whose numbers are not part of the hash, such as the header. Throws TraceError.
  void write(const TraceRecord& record);
  /// Writes a record and adds its numbers to the hash. Throws TraceError.
  void write_hashed(const TraceRecord& record);
  void write_hashed(const Sample& sample);
  /// Adds the final mean model to the hash; float32 values are converted to float64 exactly.
  void add_model(const std::vector<double>& mean);
  /// Writes the last line. Throws TraceError.
  void write(const RunEnd& end);

  /// Ends the trace of a run that is interrupted during a long computation. Another thread calls it before it ends the
  /// process. Writes an end at the last sample and prevents all later writes. Returns that sample's time, or nothing if
  /// no end could be written.
  std::optional<Seconds> end_early(Seconds wall_time);

  std::string hash() const { return hash_.text(); }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  void write_line(std::string line);

  GrowingFile file_;
  Hash hash_;
  Sample last_;
  bool begun_ = false;
  std::timed_mutex writing_;
};

}  // namespace gossamer
