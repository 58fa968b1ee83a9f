#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

namespace gossamer {

/// Waits for other threads: briefly at full speed, then leaving the core to whoever needs it.
template <class Condition>
void wait_until(Condition condition) {
  constexpr int patience = 2000;
  for (int k = 0; !condition(); ++k) {
    if (k >= patience) std::this_thread::yield();
  }
}

/// An OpenMP team that works in the background while its owner goes on.
class Crew {
 public:
  /// `work` is called by every thread of the team with its number, each time that the crew is started.
  Crew(int threads, std::function<void(int thread)> work);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  int threads() const { return threads_; }

  /// Lets the team work once more; it must have finished. What the owner has written the team sees.
  void start();

  /// Waits for the end of the team's work, and sees what it has written.
  void finish();

 private:
  void lead();

  int threads_;
  std::function<void(int thread)> work_;
  std::uint32_t started_ = 0;  ///< by the owner
  std::atomic<std::uint32_t> ordered_{0};
  std::atomic<std::uint32_t> done_{0};
  std::atomic<bool> over_{false};
  std::thread leader_;  ///< starts the team's parallel regions
};

}  // namespace gossamer
