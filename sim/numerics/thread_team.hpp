#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

namespace gossamer {

/// Waits for other threads: first in a short busy loop, then with yields of the core to other threads.
template <class Condition>
void wait_until(Condition condition) {
  constexpr int patience = 2000;
  for (int k = 0; !condition(); ++k) {
    if (k >= patience) std::this_thread::yield();
  }
}

/// An OpenMP team that works in the background while its owner continues.
class ThreadTeam {
 public:
  /// At each start of the crew, every thread of the team calls `work` with its number.
  ThreadTeam(int threads, std::function<void(int thread)> work);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  int threads() const { return threads_; }

  /// Starts the team again; it must have finished. The team sees all that the owner has written before.
  void start();

  /// Waits for the end of the team's work. The owner then sees all that the team has written.
  void finish();

 private:
  void run_leader();

  int threads_;
  std::function<void(int thread)> work_;
  std::uint32_t started_ = 0;  ///< by the owner
  std::atomic<std::uint32_t> ordered_{0};
  std::atomic<std::uint32_t> done_{0};
  std::atomic<bool> over_{false};
  std::thread leader_;  ///< starts the team's parallel regions
};

}  // namespace gossamer
