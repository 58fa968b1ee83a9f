#include "sim/mpi/gradient_worker.hpp"

#include <chrono>
#include <utility>

#include "sim/numerics/objective.hpp"

namespace gossamer {

GradientWorker::GradientWorker() : thread_{[this] { work(); }} {}

GradientWorker::~GradientWorker() {
  {
    const std::lock_guard lock{mutex_};
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void GradientWorker::start(NodeId node, GradientJob job) {
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back({.node = node, .job = std::move(job)});
  }
  ++started_;
  changed_.notify_all();
}

std::vector<GradientWorker::Finished> GradientWorker::finished() {
  if (!any_done_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock{mutex_};
  any_done_.store(false, std::memory_order_relaxed);
  told_ += done_.size();
  return std::exchange(done_, {});
}

void GradientWorker::nap(Seconds duration) {
  std::unique_lock lock{mutex_};
  finished_.wait_for(lock, duration, [this] { return any_done_.load(std::memory_order_relaxed); });
}

void GradientWorker::work() {
  using Watch = std::chrono::steady_clock;
  Workspace workspace;
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
    if (over_) return;
    Finished next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const auto start = Watch::now();
    next.job.compute(workspace);
    workspace.clear();
    next.duration = Watch::now() - start;
    lock.lock();
    done_.push_back(std::move(next));
    any_done_.store(true, std::memory_order_release);
    finished_.notify_all();
  }
}

}  // namespace gossamer
