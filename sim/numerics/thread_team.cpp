#include "sim/numerics/thread_team.hpp"

#include <omp.h>

#include <cassert>
#include <utility>

namespace gossamer {

ThreadTeam::ThreadTeam(int threads, std::function<void(int thread)> work) : threads_{threads}, work_{std::move(work)} {
  assert(threads >= 0 && "a crew has no negative number of threads");
  if (threads > 0) leader_ = std::thread{[this] { run_leader(); }};
}

ThreadTeam::~ThreadTeam() {
  if (threads_ == 0) return;
  finish();
  over_ = true;
  start();
  leader_.join();
}

void ThreadTeam::start() {
  if (threads_ == 0) return;
  ordered_.store(++started_, std::memory_order_release);
  ordered_.notify_one();
}

void ThreadTeam::finish() {
  wait_until([this] { return done_.load(std::memory_order_acquire) == started_; });
}

void ThreadTeam::run_leader() {
  for (std::uint32_t seen = 0;;) {
    ordered_.wait(seen, std::memory_order_acquire);
    seen = ordered_.load(std::memory_order_acquire);
    if (over_) return;
#pragma omp parallel num_threads(threads_)
    work_(omp_get_thread_num());
    done_.store(seen, std::memory_order_release);
  }
}

}  // namespace gossamer
