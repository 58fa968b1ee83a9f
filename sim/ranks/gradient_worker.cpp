#include "sim/ranks/gradient_worker.hpp"

#include <chrono>
#include <iterator>
#include <utility>

namespace gossamer {

GradientWorker::GradientWorker(Seconds patience) : patience_{patience}, thread_{[this] { work(); }} {}

GradientWorker::~GradientWorker() {
  {
    const std::lock_guard lock{mutex_};
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void GradientWorker::start(NodeId node, GradientJob job) {
  ++started_;
  ready_.push_back({.node = node, .job = std::move(job)});
}

void GradientWorker::begin() {
  {
    const std::lock_guard lock{mutex_};
    begun_ = true;
  }
  changed_.notify_all();
}

bool GradientWorker::proceed() {
  if (ready_.empty()) return false;
  if (usual_ <= patience_) {
    Finished next = std::move(ready_.front());
    ready_.pop_front();
    compute(next, workspace_);
    done_here_.push_back(std::move(next));
    return true;
  }
  {
    const std::lock_guard lock{mutex_};
    waiting_.insert(waiting_.end(), std::move_iterator{ready_.begin()}, std::move_iterator{ready_.end()});
  }
  ready_.clear();
  changed_.notify_all();
  return false;
}

std::vector<GradientWorker::Finished> GradientWorker::finished() {
  std::vector<Finished> result = std::exchange(done_here_, {});
  if (any_done_.load(std::memory_order_acquire)) {
    const std::lock_guard lock{mutex_};
    any_done_.store(false, std::memory_order_relaxed);
    result.insert(result.end(), std::move_iterator{done_.begin()}, std::move_iterator{done_.end()});
    done_.clear();
  }
  constexpr double newest = 1.0 / 8;  // its weight
  for (const Finished& gradient : result)
    usual_ = returned_++ == 0 ? gradient.duration : usual_ + newest * (gradient.duration - usual_);
  return result;
}

void GradientWorker::sleep_for(Seconds duration) {
  std::unique_lock lock{mutex_};
  finished_.wait_for(lock, duration, [this] { return any_done_.load(std::memory_order_relaxed); });
}

void GradientWorker::work() {
  Workspace workspace;
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return over_ || (begun_ && !waiting_.empty()); });
    if (over_) return;
    Finished next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    compute(next, workspace);
    lock.lock();
    done_.push_back(std::move(next));
    any_done_.store(true, std::memory_order_release);
    finished_.notify_all();
  }
}

void GradientWorker::compute(Finished& next, Workspace& workspace) {
  const auto start = std::chrono::steady_clock::now();
  next.job.compute(workspace);
  workspace.clear();
  next.duration = std::chrono::steady_clock::now() - start;
}

}  // namespace gossamer
