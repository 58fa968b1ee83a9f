#pragma once
#include <atomic>
#include <functional>
#include <memory>

/// SIGINT, SIGTERM and SIGHUP end the program. A SIGHUP that is ignored from the start, as under nohup, stays so.
namespace gossamer {

/// From now on a signal ends the process at once, with exit code 130 and, unless `silent`, with a message.
void end_on_signals(bool silent);

/// From now on they do nothing. This is for a rank that is about to end with a message: mpirun sends a signal to all
/// ranks as soon as one has ended with an error.
void ignore_signals();

/// While it lives, the first signal asks the run to end in order, and the second kills the process. Only one lives at a
/// time.
class RunUnderSignals {
 public:
  /// `end_early` is called in another thread if the run continues for too long after the first signal, as during a long
  /// computation. It completes the run's files; then the process ends. Empty for a run without a limit.
  explicit RunUnderSignals(std::function<void()> end_early);
  ~RunUnderSignals();
  RunUnderSignals(const RunUnderSignals&) = delete;
  RunUnderSignals& operator=(const RunUnderSignals&) = delete;

  /// Becomes true with the first signal.
  static const std::atomic<bool>& interrupted();

 private:
  class Watch;
  std::unique_ptr<Watch> watch_;
};

}  // namespace gossamer
