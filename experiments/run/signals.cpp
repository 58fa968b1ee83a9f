#include "experiments/run/signals.hpp"

#include <cassert>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

namespace gossamer {
namespace {

constexpr int exit_by_signal = 130;  // 128 + SIGINT
constexpr std::int64_t millisecond = 1'000'000;
/// `timeout` sends its signal to the process and to the group of the process: both are one signal.
constexpr std::int64_t one_signal = 50 * millisecond;
/// The time in which a run must end in order: mpirun kills its processes a second after its own signal.
constexpr std::chrono::milliseconds patience{700};

// A signal handler can use only these.
std::atomic<bool> silent{false};
std::atomic<bool> running{false};
std::atomic<bool> asked_to_end{false};
std::atomic<std::int64_t> asked_at{0};  ///< nanoseconds
sem_t wake;                             ///< wakes the thread that watches the run
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 * millisecond + now.tv_nsec;
}

void say(std::string_view text) {
  [[maybe_unused]] const ssize_t done = write(STDERR_FILENO, text.data(), text.size());
}

extern "C" void handle_signal(int number) {
  const int error = errno;
  if (!running) {
    if (!silent) say("gossamer: interrupted\n");
    _exit(exit_by_signal);
  }
  if (!asked_to_end.exchange(true)) {
    asked_at = nanoseconds();
    sem_post(&wake);
  } else if (nanoseconds() - asked_at > one_signal) {
    std::signal(number, SIG_DFL);
    std::raise(number);  // it comes when this function has returned
  }
  errno = error;
}

void install_handlers() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    if (number == SIGHUP && sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = handle_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

}  // namespace

void end_on_signals(bool without_message) {
  silent = without_message;
  install_handlers();
}

void ignore_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, SIG_IGN);
}

/// Waits for a signal, then for the end of the run, but no longer than `patience`.
class RunUnderSignals::Watch {
 public:
  explicit Watch(std::function<void()> end_early) : end_early_{std::move(end_early)}, thread_{[this] { watch(); }} {}
  ~Watch() {
    {
      const std::lock_guard lock{mutex_};
      over_ = true;
    }
    changed_.notify_one();
    sem_post(&wake);
    thread_.join();
  }

 private:
  void watch() {
    while (sem_wait(&wake) != 0) continue;  // a signal handler can interrupt it
    std::unique_lock lock{mutex_};
    if (changed_.wait_for(lock, patience, [this] { return over_; })) return;
    end_early_();
    _exit(exit_by_signal);
  }

  std::function<void()> end_early_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

RunUnderSignals::RunUnderSignals(std::function<void()> end_early) {
  assert(!running && "there is another run");
  sem_init(&wake, 0, 0);
  asked_to_end = false;
  running = true;
  install_handlers();
  if (end_early) watch_ = std::make_unique<Watch>(std::move(end_early));
}

RunUnderSignals::~RunUnderSignals() {
  watch_.reset();
  running = false;
}

const std::atomic<bool>& RunUnderSignals::interrupted() { return asked_to_end; }

}  // namespace gossamer
