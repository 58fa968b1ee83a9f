#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The pending items of a rank, in the order of their due times, then in the order of insertion.
class Agenda {
 public:
  enum class Kind : std::uint8_t { start, gradient, first_byte, deliver, request, read, release, timer, fault };

  struct Item {
    Seconds due{0};
    std::uint64_t sequence = 0;
    Kind kind = Kind::start;
    NodeId node = 0;          ///< the node that it concerns
    std::uint32_t token = 0;  ///< the message, the number of a computation, or a FaultEvent

    bool operator>(const Item& other) const {
      return due > other.due || (due == other.due && sequence > other.sequence);
    }
  };

  void put(Seconds due, Kind kind, NodeId node, std::uint32_t token = 0) {
    items_.push({due, next_++, kind, node, token});
    if (kind != Kind::fault) last_due_ = std::max(last_due_, due);
  }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  Seconds next_due() const { return empty() ? Seconds{std::numeric_limits<double>::infinity()} : items_.top().due; }
  /// The latest due time of all items so far, except faults.
  Seconds last_due() const { return last_due_; }
  Item take() {
    const Item item = items_.top();
    items_.pop();
    return item;
  }

 private:
  std::priority_queue<Item, std::vector<Item>, std::greater<>> items_;
  std::uint64_t next_ = 0;
  Seconds last_due_{0};
};

}  // namespace gossamer
