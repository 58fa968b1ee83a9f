#pragma once
#include <functional>
#include <utility>
#include <vector>

namespace gossamer {

/// Times laps of a fixed number of rounds each. The first few laps only warm up: connections are made, pages are
/// touched, caches are filled.
class LapTimer {
 public:
  static constexpr int warm_up_laps = 3;

  /// `clock` returns seconds. A time is `share` of a lap's round.
  explicit LapTimer(std::function<double()> clock, int rounds_of_a_lap = 1, double share = 1)
      : clock_{std::move(clock)}, rounds_{rounds_of_a_lap}, share_{share / rounds_of_a_lap} {}

  /// The number of rounds that are needed for so many laps that count.
  int rounds_for(int laps) const { return (laps + warm_up_laps) * rounds_; }

  void start() { start_ = clock_(); }
  void end_round() {
    if (++round_ < rounds_) return;
    round_ = 0;
    const double now = clock_();
    if (++lap_ > warm_up_laps) laps_.push_back(share_ * (now - start_));
    start_ = now;
  }

  /// Mean times of a lap's rounds, seconds.
  std::vector<double> laps() && { return std::move(laps_); }

 private:
  std::function<double()> clock_;
  int rounds_;
  double share_;
  double start_ = 0;
  int round_ = 0;
  int lap_ = 0;
  std::vector<double> laps_;
};

}  // namespace gossamer
