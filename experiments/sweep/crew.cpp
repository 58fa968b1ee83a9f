#include "experiments/sweep/crew.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace gossamer {
namespace {

/// The exchange of pieces between the calling thread and the workers.
class Desk {
 public:
  explicit Desk(int workers) : seats_(static_cast<std::size_t>(workers)), working_{workers} {}

  /// Called by a worker: waits for its next piece; none if there is no more.
  std::optional<std::size_t> ask(int worker) {
    Seat& seat = seats_[static_cast<std::size_t>(worker)];
    std::unique_lock lock{mutex_};
    seat = {.asks = true};
    asked_.notify_one();
    answered_.wait(lock, [&] { return !seat.asks; });
    return seat.piece;
  }

  /// Called by a worker that ends.
  void leave(std::exception_ptr error) {
    const std::lock_guard lock{mutex_};
    if (error && !error_) error_ = error;
    --working_;
    asked_.notify_one();
  }

  /// Called by the calling thread: answers all questions. Returns false when all workers have left.
  bool serve(const Crew& crew) {
    std::unique_lock lock{mutex_};
    for (Seat& seat : seats_) {
      if (!seat.asks) continue;
      seat.piece = next_piece(crew);
      seat.asks = false;
    }
    answered_.notify_all();
    if (working_ == 0) return false;
    asked_.wait_for(lock, std::chrono::milliseconds{100});
    if (!error_ || gave_up_) return true;
    gave_up_ = true;
    lock.unlock();
    if (crew.give_up) crew.give_up();
    return true;
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::optional<std::size_t> next_piece(const Crew& crew) {
    try {
      return error_ ? std::nullopt : crew.next();
    } catch (...) {
      error_ = std::current_exception();
      return std::nullopt;
    }
  }

  struct Seat {
    bool asks = false;
    std::optional<std::size_t> piece = {};
  };

  std::mutex mutex_;
  std::condition_variable asked_, answered_;
  std::vector<Seat> seats_;
  int working_;
  std::exception_ptr error_;
  bool gave_up_ = false;
};

void work_at(Desk& desk, const Crew& crew, int worker) {
  std::exception_ptr error;
  try {
    while (const auto piece = desk.ask(worker)) crew.work(worker, *piece);
  } catch (...) {
    error = std::current_exception();
  }
  desk.leave(error);
}

}  // namespace

void Crew::run() const {
  Desk desk{workers};
  std::vector<std::jthread> threads;
  for (int worker = 0; worker < workers; ++worker)
    threads.emplace_back([&desk, this, worker] { work_at(desk, *this, worker); });
  while (desk.serve(*this))
    if (tick) tick();
  threads.clear();
  desk.rethrow();
}

}  // namespace gossamer
