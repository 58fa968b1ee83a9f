#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "sim/ranks/control.hpp"

namespace gossamer {

class Clock;
class Rank;
class Transport;

/// Connects a rank to rank 0: reports its progress, answers requests, and carries out commands.
class Reporter {
 public:
  Reporter(Rank& rank, Transport& control, const Clock& clock) : rank_{rank}, control_{control}, clock_{clock} {}

  /// Sends the rank's progress if it has changed: at once if others may wait for the change, otherwise now and then.
  void report_progress();
  void report_failure(const std::string& what);
  void report_interrupt();
  /// Answers an observation of rank 0, once every node has started.
  void answer();
  /// Sends counters and models of all nodes of the rank, as an answer to the observation with that number.
  void report(std::int64_t look);

  /// Carries out a command of rank 0.
  void execute(PacketReader packet, Control kind);

  /// Whether rank 0 has started the clocks.
  bool begun() const { return begun_; }
  /// Set once rank 0 has ended the run. `failure` is the message of the program that failed, if one did.
  const std::optional<Stop>& stop() const { return stop_; }
  const std::string& failure() const { return failure_; }
  /// Set once rank 0 has sent the result of the run.
  const std::optional<End>& ended() const { return ended_; }

 private:
  Rank& rank_;
  Transport& control_;
  const Clock& clock_;
  Status reported_;
  bool window_requested_ = false;
  Seconds reported_at_{-1};
  std::optional<std::int64_t> requested_report_;
  bool begun_ = false;
  std::optional<Stop> stop_;
  std::string failure_;
  std::optional<End> ended_;
};

}  // namespace gossamer
