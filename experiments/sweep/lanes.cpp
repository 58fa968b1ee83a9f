#include "experiments/sweep/lanes.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "experiments/sweep/crew.hpp"

namespace gossamer {
namespace {

constexpr std::chrono::milliseconds trial_time{500};

/// A number of kilobytes that the system reports of itself: "VmRSS:   1234 kB".
std::uint64_t reported_bytes(const char* file, const std::string& name) {
  std::ifstream stream{file};
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(name + ":")) continue;
    std::uint64_t kilobytes = 0;
    std::istringstream{line.substr(name.size() + 1)} >> kilobytes;
    return 1024 * kilobytes;
  }
  return 0;
}

/// Some runs at a time, for half a second after all of them have begun.
class Trial {
 public:
  Trial(SweepRunner& runner, const std::atomic<bool>& interrupt) : runner_{runner}, interrupt_{interrupt} {}

  void run(const std::vector<PlannedRun>& runs, int threads) {
    unbuilt_ = static_cast<int>(runs.size());
    std::vector<RunOutcome> outcomes(runs.size());
    std::size_t given = 0;
    Crew{.workers = static_cast<int>(runs.size()),
         .next = [&] { return given < runs.size() ? std::optional{given++} : std::nullopt; },
         .work = [&](int, std::size_t k) { outcomes[k] = make(runs[k], threads); },
         .tick = [this] { stop_in_time(); },
         .give_up = [this] { stop_ = true; }}
        .run();
    for (const RunOutcome& outcome : outcomes) {
      finished_ = finished_ && outcome.kind != RunOutcome::Kind::interrupted;
      if (outcome.end && outcome.end->wall_time.count() > 0)
        rate_ += static_cast<double>(outcome.end->last.total.node_steps) / outcome.end->wall_time.count();
    }
  }

  bool finished() const { return finished_; }  ///< all runs, to their end
  double rate() const { return rate_; }        ///< node-steps per second, of all together

 private:
  RunOutcome make(const PlannedRun& run, int threads) {
    bool is_built = false;
    const auto built = [&] {
      is_built = true;
      --unbuilt_;
    };
    RunOutcome outcome = runner_.make(run, {.threads = threads, .interrupt = &stop_, .built = built, .share = {}});
    if (!is_built) --unbuilt_;
    return outcome;
  }

  void stop_in_time() {
    const auto now = std::chrono::steady_clock::now();
    if (unbuilt_ == 0 && !begun_) begun_ = now;
    if (interrupt_ || (begun_ && now >= *begun_ + trial_time)) stop_ = true;
  }

  SweepRunner& runner_;
  const std::atomic<bool>& interrupt_;
  std::atomic<bool> stop_{false};
  std::atomic<int> unbuilt_{0};
  std::optional<std::chrono::steady_clock::time_point> begun_;  ///< when all had been built
  bool finished_ = true;
  double rate_ = 0;
};

/// The number of runs that memory allows at a time, of which the first needs `bytes`.
int jobs_in_memory(std::uint64_t bytes) {
  const std::uint64_t available = reported_bytes("/proc/meminfo", "MemAvailable");
  if (bytes == 0 || available == 0) return std::numeric_limits<int>::max();
  const double jobs = 1 + 0.8 * static_cast<double>(available) / static_cast<double>(bytes);
  return static_cast<int>(std::min(jobs, 1e6));
}

}  // namespace

Lanes choose_lanes(SweepRunner& runner, const std::vector<PlannedRun>& pending, int cores,
                   const std::atomic<bool>& interrupt) {
  const int jobs = std::min(cores, static_cast<int>(std::min<std::size_t>(pending.size(), 1'000'000)));
  if (jobs <= 1) return {.jobs = 1, .threads = cores};
  std::ofstream{"/proc/self/clear_refs"} << 5;  // the peak begins anew: the checks of all cells may have used more
  const std::uint64_t before = reported_bytes("/proc/self/status", "VmRSS");
  Trial first{runner, interrupt};
  first.run({pending.front()}, 1);
  const std::uint64_t peak = reported_bytes("/proc/self/status", "VmHWM");
  const int most = std::min(jobs, jobs_in_memory(peak > before ? peak - before : 0));
  if (interrupt) return {};
  if (most <= 1) return {.jobs = 1, .threads = cores, .reason = "memory allows one run at a time"};
  if (first.finished()) return {.jobs = most, .threads = 1, .reason = {}};

  const std::vector<PlannedRun> some(pending.begin(), pending.begin() + most);
  Trial side_by_side{runner, interrupt}, alone{runner, interrupt};
  side_by_side.run(some, 1);
  alone.run({pending.front()}, cores);
  const bool parallel = side_by_side.rate() >= alone.rate();
  return {.jobs = parallel ? most : 1,
          .threads = parallel ? std::max(1, cores / most) : cores,
          .reason = fmt::format("{} runs at a time make {:.4g} node-steps/s, one with {} threads {:.4g}", most,
                                side_by_side.rate(), cores, alone.rate())};
}

}  // namespace gossamer
