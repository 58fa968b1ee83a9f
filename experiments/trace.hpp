#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "experiments/growing_file.hpp"
#include "experiments/hash.hpp"
#include "experiments/local_scores.hpp"
#include "sim/learning/problem.hpp"
#include "sim/quantities.hpp"
#include "sim/world/world.hpp"

/// The trace of a run: JSON Lines, one record a line. What each key means stands in experiments/trace.md.
namespace gossamer {

/// One line of a trace while it is put together. Keys keep their order; what is unknown or not finite is left out.
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

/// What is seen of a run at one instant of virtual time.
struct Sample {
  Seconds time{0};
  NodeCounters total;                                 ///< sums over nodes, as in `Snapshot`
  std::optional<Seconds> transfer;                    ///< of all messages, as in `Snapshot`
  NodeId nodes = 1;                                   ///< n
  std::optional<double> steps_per_epoch;              ///< node-steps of one node that make an epoch
  std::optional<Evaluation> evaluation;               ///< of the mean model; empty without numerics
  std::optional<double> consensus_distance;           ///< Γ = Σ_i ‖x_i − x̄‖²
  std::optional<FaultCounters> faults = {};           ///< as in `Snapshot`
  std::optional<std::uint64_t> decode_failures = {};  ///< of a run whose compressor can tell
  std::optional<LocalMeasures> local = {};            ///< of nodes' own models; empty without numerics
};

/// Meetings of two nodes. Each counts at both sides, so half the sum; one that only its first side has counted is over.
std::uint64_t interactions(const NodeCounters& total);

/// 1 − (time computing) / (n · virtual time); empty at time zero.
std::optional<double> idle_share(Seconds computing, Seconds time, NodeId nodes = 1);

/// The mean of τ over all gradients; empty before the first.
std::optional<double> mean_staleness(const NodeCounters& counters);

/// What one node did in the whole run.
struct NodeSummary {
  NodeId node = 0;
  NodeCounters counters;
  Seconds time{0};  ///< the length of the run
  double slowdown = 1;
  std::optional<FaultCounters> faults = {};
};

/// A run that left the numbers.
struct Divergence {
  Seconds time{0};  ///< of the record that saw it
  NodeId node = 0;
  std::string what;
};

/// How a run ended, as its trace says it.
struct RunEnd {
  std::string reason;  ///< see experiments/trace.md
  std::string detail = {};
  Sample last;
  std::optional<Divergence> divergence = {};
  Seconds wall_time{0};
  std::optional<std::uint64_t> events = {};  ///< not known of a run that was cut short

  /// By how much real ranks handled events later than they were due.
  struct Lateness {
    Seconds mean{0};
    Seconds max{0};
  };
  std::optional<Lateness> lateness = {};
};

TraceRecord record_of(const Sample& sample);
TraceRecord record_of(const NodeSummary& summary);
TraceRecord record_of(const Divergence& divergence);

/// Writes records to a file, each at once and whole, so that a kill or a full disk loses none that came before.
///
/// Its hash covers every number of the sample and node records, in their order, and the final mean model.
class TraceWriter {
 public:
  /// Creates the file, or opens it; the first record takes the place of what it holds. Throws TraceError if that is
  /// impossible, and if another run is writing the file. `created` is whether somebody has created it for this trace.
  explicit TraceWriter(const std::filesystem::path& path, bool created = false);

  /// Writes a record whose numbers are not part of the hash, such as the header. Throws TraceError.
  void write(const TraceRecord& record);
  /// Writes a record and takes its numbers into the hash. Throws TraceError.
  void write_hashed(const TraceRecord& record);
  void write_hashed(const Sample& sample);
  /// Takes the final mean model into the hash, float32 values exactly as float64.
  void add_model(const std::vector<double>& mean);
  /// Writes the last line. Throws TraceError.
  void write(const RunEnd& end);

  /// Called in another thread before that ends the process, of a run that is interrupted while it computes something
  /// long: writes an end at the last sample and keeps all else from being written. Returns that sample's time; nothing
  /// if no end could be written.
  std::optional<Seconds> cut_short(Seconds wall_time);

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
