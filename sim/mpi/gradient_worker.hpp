#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer {

/// Computes the gradients of a rank's nodes on a thread of its own, one after the other, so that the rank can talk
/// meanwhile. Gradients that usually take no longer than `patience` are left to the rank's thread: handing them over
/// and back would take longer than a message waits for their end. Versions are made and given back by the rank's thread
/// alone.
class GradientWorker {
 public:
  explicit GradientWorker(Seconds patience);
  /// Waits for the gradient under way.
  ~GradientWorker();

  struct Finished {
    NodeId node = 0;
    GradientJob job;
    Seconds duration{0};  ///< of the computation alone
  };

  void start(NodeId node, GradientJob job);

  /// What has been handed over so far waits for this.
  void begin();

  /// Whether anything has been started for which nobody has called `proceed`.
  bool waits() const { return !ready_.empty(); }

  /// Hands over what has been started, or computes one gradient of it here; whether it did that. On a core that both
  /// threads share the worker's then goes first, for a whole gradient.
  bool proceed();

  /// What has been finished since the last call.
  std::vector<Finished> finished();

  /// Whether a gradient has been started that `finished` has not told.
  bool busy() const { return started_ > told_; }

  /// Rests for that long, or until a gradient is finished.
  void nap(Seconds duration);

 private:
  void work();
  static void compute(Finished& next, Workspace& workspace);

  Seconds patience_;
  Seconds usual_{std::numeric_limits<double>::infinity()};  ///< duration of gradients, a running mean
  std::deque<Finished> ready_;                              ///< started, and neither handed over nor computed here
  std::vector<Finished> done_here_;
  Workspace workspace_;  ///< of the rank's thread

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Finished> waiting_;
  std::vector<Finished> done_;
  std::atomic<bool> any_done_{false};
  bool begun_ = false;
  bool over_ = false;
  std::uint64_t started_ = 0;
  std::uint64_t told_ = 0;
  std::condition_variable finished_;
  std::thread thread_;
};

}  // namespace gossamer
