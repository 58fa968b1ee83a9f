#pragma once
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include "experiments/configuration/experiment.hpp"
#include "experiments/trace/trace.hpp"
#include "sim/ground/quantities.hpp"
#include "sim/ground/settings.hpp"
#include "sim/world/run_state.hpp"

namespace gossamer {

/// A duration for people: "430 ms", "12.5 s", "3:05 min", "2:10:00 h".
std::string readable(Seconds duration);

/// The completed share of a run: the largest over its limits; empty if no limit is known beforehand.
std::optional<double> share_done(const Snapshot& snapshot, const Limits& limits, const StopTargets& targets,
                                 NodeId nodes);

/// Shows the progress of a run on a terminal, in plain lines, or to a program. It does not change the run.
class Progress {
 public:
  enum class Style {
    bar,    ///< redrawn in place, five times a second
    lines,  ///< one each five seconds
    json,   ///< an object {"progress": …} on a line, five times a second
  };

  struct Setup {
    NodeId nodes = 1;
    Limits limits = {};
    StopTargets targets = {};
    std::FILE* out = stderr;
    Style style = Style::lines;
    /// If not empty, it gets the completed share in place of a display.
    std::function<void(std::optional<double> share)> listener = {};
    /// Wall time since any fixed instant.
    std::function<Seconds()> clock = [] { return Seconds{std::chrono::steady_clock::now().time_since_epoch()}; };
  };

  explicit Progress(Setup setup);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The next observation, in node-steps per node: about as many as are made between two displays.
  double next_observation(double steps_per_node) const;

  /// Displays the progress, if the last display is old enough.
  void show(const Snapshot& snapshot, const Sample& last);

  /// The text of a display: "[#####     ]  50 %  12.5 k node-steps/s, 0:40 min left, virtual time 3.2 s, loss 0.412".
  std::string text(const Snapshot& snapshot, const Sample& last) const;

  /// The same for programs: {"progress":{"text":…,"time_s":…,…}}, with the keys of a trace's samples, `wall_s`, and as far
  /// as they are known `share`, `left_s` and `train_loss`.
  std::string json(const Snapshot& snapshot, const Sample& last) const;

  /// Clears the bar.
  void clear();

 private:
  void write(const std::string& text) const;
  Seconds wall_time() const;

  Setup setup_;
  Seconds start_;
  Seconds last_shown_;
  double rate_ = 0;  ///< node-steps per second of wall time and node, at the last display
  bool drawn_ = false;
};

/// The names of styles on the command line.
inline const Choices<Progress::Style> progress_styles{
    {{"bar", Progress::Style::bar}, {"lines", Progress::Style::lines}, {"json", Progress::Style::json}}};

}  // namespace gossamer
