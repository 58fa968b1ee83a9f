#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/numerics/data_plane.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// Computes the gradients of a rank's nodes on a thread of its own, one after the other, so that the rank can talk
/// meanwhile. Versions are made and given back by the rank's thread alone.
class GradientWorker {
 public:
  GradientWorker();
  /// Waits for the gradient under way.
  ~GradientWorker();

  struct Finished {
    NodeId node = 0;
    GradientJob job;
    Seconds duration{0};  ///< of the computation alone
  };

  void start(NodeId node, GradientJob job);

  /// What has been finished since the last call.
  std::vector<Finished> finished();

  /// Whether a gradient has been started that `finished` has not told.
  bool busy() const { return started_ > told_; }

  /// Rests for that long, or until a gradient is finished.
  void nap(Seconds duration);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Finished> waiting_;
  std::vector<Finished> done_;
  std::atomic<bool> any_done_{false};
  bool over_ = false;
  std::uint64_t started_ = 0;
  std::uint64_t told_ = 0;
  std::condition_variable finished_;
  std::thread thread_;
};

}  // namespace gossamer
