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

/// Computes the gradients of a rank's nodes on a thread of its own, one after the other, so that the rank can
/// communicate meanwhile. Gradients that usually take no longer than `patience` are left to the rank's thread: handing
/// them over and back would take longer than a message waits for their end. The rank's thread alone makes and releases
/// versions.
class GradientWorker {
 public:
  explicit GradientWorker(Seconds patience);
  /// Waits for the gradient in progress.
  ~GradientWorker();

  struct Finished {
    NodeId node = 0;
    GradientJob job;
    Seconds duration{0};  ///< of the computation alone
  };

  void start(NodeId node, GradientJob job);

  /// Lets the worker start. Gradients that were handed over before wait for this call.
  void begin();

  /// Whether a gradient has been started for which `proceed` has not been called.
  bool waits() const { return !ready_.empty(); }

  /// Hands over the gradients that have been started, or computes one of them on this thread. Returns whether it
  /// computed one. If both threads share a core, the worker's then runs first, for a whole gradient.
  bool proceed();

  /// The gradients that have been finished since the last call.
  std::vector<Finished> finished();

  /// Whether a gradient has been started that `finished` has not returned.
  bool busy() const { return started_ > returned_; }

  /// Rests for that long, or until a gradient is finished.
  void sleep_for(Seconds duration);

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
  std::uint64_t returned_ = 0;
  std::condition_variable finished_;
  std::thread thread_;
};

}  // namespace gossamer
