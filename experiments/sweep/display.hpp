#pragma once
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "experiments/sweep/runner.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// Shows the progress of a sweep: on a terminal a bar and a line for each run under way, elsewhere a line for each run
/// that has ended. Any thread may use it.
class SweepDisplay {
 public:
  enum class Style { none, lines, table };

  struct Setup {
    std::size_t runs = 0;  ///< to make
    Style style = Style::lines;
    std::FILE* out = stderr;
    /// Wall time since any fixed instant.
    std::function<Seconds()> clock = [] { return Seconds{std::chrono::steady_clock::now().time_since_epoch()}; };
  };
  explicit SweepDisplay(Setup setup);
  ~SweepDisplay();
  SweepDisplay(const SweepDisplay&) = delete;
  SweepDisplay& operator=(const SweepDisplay&) = delete;

  void begin(int worker, const std::string& run);
  void progress(int worker, std::optional<double> share);
  void end(int worker, const RunOutcome& outcome);
  /// A run that another process has ended.
  void end_elsewhere(const std::string& run, bool has_failed);

  /// Draws the table again if the last one is old enough.
  void draw();
  /// Removes the table.
  void clear();

  /// The first line: "[#####     ]  12 of 36 runs, 1 diverged, 3.2 runs/min, 1:20 min left".
  std::string head() const;

 private:
  struct UnderWay {
    std::string run;
    double share = 0;
    Seconds start{0};
  };
  std::string head_text() const;
  std::string line_of(const UnderWay& run, const RunOutcome& outcome, Seconds took) const;
  void erase();

  Setup setup_;
  Seconds start_;
  Seconds drawn_at_;
  mutable std::mutex mutex_;
  std::map<int, UnderWay> under_way_;  ///< by worker
  std::size_t ended_ = 0, diverged_ = 0, failed_ = 0;
  int lines_ = 0;  ///< on the screen
};

}  // namespace gossamer
