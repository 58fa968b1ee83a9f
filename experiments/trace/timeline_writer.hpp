#pragma once
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiments/trace/shown_nodes.hpp"
#include "experiments/trace/trace_events.hpp"
#include "sim/world/timeline.hpp"

namespace gossamer {

/// The part of a run that a timeline shows.
struct TimelineScope {
  ShownNodes nodes = {};
  Seconds from{0};
  Seconds to{std::numeric_limits<double>::infinity()};
  Bytes size = 100'000'000;  ///< the timeline ends soon after the file has reached this size
};

/// Writes the activity of every node as a timeline in the Trace Event Format. experiments/formats/timeline.md describes it.
class TimelineWriter final : public Timeline {
 public:
  struct Setup {
    std::filesystem::path path;
    NodeId nodes = 1;
    TimelineScope scope = {};
    std::string title = {};
    std::uint64_t seed = 1;
    std::vector<double> slowdowns = {};  ///< of all nodes' steps, in any unit; the same if it is empty
  };

  /// Creates the file, or empties it. Throws TraceError, as do all functions below, and InputError for a node that there is
  /// not.
  explicit TimelineWriter(const Setup& setup);

  void sent(Seconds now, const Message& message) override;
  void delivered(Seconds now, std::uint32_t number) override;
  void lost(Seconds now, std::uint32_t number, MessageFate fate) override;
  void gradient_started(Seconds now, NodeId node) override;
  void gradient_ended(Seconds now, NodeId node) override;
  void gave_up(Seconds now, NodeId node) override;
  void waits(Seconds now, NodeId node, Wait what, NodeId peer) override;
  void proceeds(Seconds now, NodeId node) override;
  void returned(Seconds now, NodeId node) override;
  void went_down(Seconds now, NodeId node) override;
  void came_back(Seconds now, NodeId node) override;
  void lost_program(Seconds now, NodeId node) override;
  void joined(Seconds now, NodeId node) override;
  void all_reduce_began(Seconds now, NodeId nodes, Bytes size) override;
  void all_reduce_ended(Seconds now, NodeId node) override;
  void over(Seconds now) override;

  /// Another thread calls it before it ends the process, so that the file stays complete.
  void seal() { events_.seal(); }

  /// The time at which the file reached its size limit, if it did.
  const std::optional<Seconds>& full_at() const { return full_at_; }

 private:
  static constexpr Instant never = std::numeric_limits<Instant>::max();

  /// An end of an arrow, kept until its slice is written.
  struct Point {
    Instant at;
    std::string event;
  };
  /// A node that is shown.
  struct Row {
    NodeId node = 0;
    Instant since = 0;  ///< the begin of the open slice
    bool computing = false;
    bool down = false;
    Wait waiting = Wait::nothing;  ///< `all_done` also after the program has returned
    NodeId peer = 0;
    Instant asked = 0;          ///< the time at which it sent its latest request
    Instant began_to_read = 0;  ///< the time at which it started its latest read
    Instant in_flight = 0;      ///< the time at which the latest delivery, or its request, was sent
    std::uint64_t steps = 0;    ///< gradients finished
    bool given_up = false;      ///< the computation of the open slice was given up
    std::uint64_t joined = 0;   ///< all-reduces joined
    Instant averaging = never;  ///< the time at which all participants had joined its latest all-reduce
    std::vector<Point> points = {};
  };
  struct InFlight {
    Message message = {};
    Instant since = 0;
  };

  /// Moves the clock. Returns whether the instant is shown.
  bool advance(Seconds time);
  void stop(Instant at);
  Row* row(NodeId node);
  void change(Row& row, Instant now, Instant split);
  void write_slices(const Row& row, Instant now, Instant split);
  void slice(const Row& row, Instant begin, Instant end, const char* category, const std::string& arguments);
  static Instant end_of_waiting(const Row& row, Instant sent);
  void begin_averaging();
  static Instant in_flight_since(const Row& receiver, const InFlight& passed);
  void place(Row& row, Point point);
  void draw_arrow(const InFlight& passed, const char* fate = nullptr);
  void count(std::int64_t messages, Bytes bytes);
  void write_counters();

  TimelineScope scope_;
  Instant from_;
  Instant to_;
  NodeId nodes_;
  TraceEvents events_;
  std::vector<std::int32_t> row_of_;  ///< by node; −1 if it is not shown
  std::vector<Row> rows_;
  std::vector<InFlight> in_flight_;  ///< messages in flight, by number
  std::uint64_t arrows_ = 0;
  std::uint64_t joins_ = 0;  ///< number of joins of all nodes to all all-reduces
  bool outages_ = false;     ///< whether a node has gone down: then all-reduces are over the nodes that are up
  Bytes part_size_ = 0;      ///< of the all-reduce that is costed by a formula

  Instant now_ = 0;
  std::int64_t messages_ = 0;  ///< in flight
  Bytes bytes_ = 0;
  std::optional<std::int64_t> written_messages_;
  std::optional<Bytes> written_bytes_;
  bool counters_due_ = true;
  bool stopped_ = false;
  std::optional<Seconds> full_at_;
};

}  // namespace gossamer
