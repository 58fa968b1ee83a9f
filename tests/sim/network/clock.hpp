#pragma once
#include <cstdint>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "sim/network/network.hpp"

namespace gossamer::testing {

/// A clock that calls a network back and notes when messages arrive.
class Clock final : public Scheduler {
 public:
  struct Send {
    Seconds at;
    NodeId from;
    NodeId to;
    Bytes size;
  };

  explicit Clock(Network& network) : network_{network} {}

  void send(Seconds at, NodeId from, NodeId to, Bytes size) {
    arrivals.push_back(Seconds{-1});
    sends_.push_back({at, from, to, size});
    queue_.emplace(at.count(), sequence_++, Kind::send, static_cast<std::uint32_t>(sends_.size() - 1));
  }
  void wake_at(Seconds at, std::uint32_t token) override { queue_.emplace(at.count(), sequence_++, Kind::wake, token); }
  void deliver_at(Seconds at, MessageId message) override {
    arrivals[message] = at;
    order.push_back(message);
  }

  void run() {
    while (!queue_.empty()) {
      const auto [time, sequence, kind, token] = queue_.top();
      queue_.pop();
      if (kind == Kind::wake) {
        if (!network_.awaits(Seconds{time}, token)) continue;
        now = Seconds{time};
        network_.wake(now, token, *this);
      } else {
        const Send& s = sends_[token];
        now = Seconds{time};
        network_.send(now, token, s.from, s.to, s.size, *this);
      }
    }
  }

  std::vector<Seconds> arrivals;  ///< by the order of `send`; −1 s for what never arrives
  std::vector<MessageId> order;   ///< of delivery
  Seconds now{0};

 private:
  enum class Kind { send, wake };
  using Entry = std::tuple<double, int, Kind, std::uint32_t>;

  Network& network_;
  std::vector<Send> sends_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
  int sequence_ = 0;
};

inline void check_time(Seconds actual, Seconds expected) {
  CHECK(actual.count() == doctest::Approx(expected.count()).epsilon(1e-12));
}

}  // namespace gossamer::testing
