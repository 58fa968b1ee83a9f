#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

#include <boost/heap/pairing_heap.hpp>

#include "sim/engine/event_queue.hpp"

/// Alternatives to `EventQueue` for the events of a simulator. All give the order (time, sequence of pushing).
namespace gossamer::bench {

/// An event that remembers when it was pushed: without that, those of one time would overtake each other.
struct Pending {
  double time = 0;
  std::uint64_t sequence = 0;
  std::uint64_t what = 0;

  /// Without a branch: what comes first is as good as random.
  bool operator<(const Pending& other) const {
    return static_cast<int>(time < other.time) |
           (static_cast<int>(time == other.time) & static_cast<int>(sequence < other.sequence));
  }
  bool operator>(const Pending& other) const { return other < *this; }
};

/// A queue of Boost or of the standard library.
template <class Heap>
class LibraryQueue {
 public:
  void push(Seconds time, std::uint64_t what) { heap_.push({time.count(), sequence_++, what}); }
  Event pop() {
    const Pending next = heap_.top();
    heap_.pop();
    return {next.time, next.what};
  }

 private:
  Heap heap_;
  std::uint64_t sequence_ = 0;
};
using BinaryHeap = LibraryQueue<std::priority_queue<Pending, std::vector<Pending>, std::greater<>>>;
using PairingHeap = LibraryQueue<boost::heap::pairing_heap<Pending, boost::heap::compare<std::greater<>>>>;

/// An implicit heap whose nodes have four children, which share a cache line or two.
class QuaternaryHeap {
 public:
  void push(Seconds time, std::uint64_t what) {
    const Pending event{time.count(), sequence_++, what};
    heap_.push_back(event);
    std::size_t at = heap_.size() - 1;
    for (; at > 0 && event < heap_[(at - 1) / 4]; at = (at - 1) / 4) heap_[at] = heap_[(at - 1) / 4];
    heap_[at] = event;
  }
  Event pop() {
    const Pending next = heap_.front(), last = heap_.back();
    heap_.pop_back();
    std::size_t at = 0;
    for (std::size_t child = 1; child < heap_.size(); child = 4 * at + 1) {
      const std::size_t end = std::min(child + 4, heap_.size());
      std::size_t least = child;
      for (std::size_t k = child + 1; k < end; ++k) least = heap_[k] < heap_[least] ? k : least;
      if (!(heap_[least] < last)) break;
      heap_[at] = heap_[least];
      at = least;
    }
    if (!heap_.empty()) heap_[at] = last;
    return {next.time, next.what};
  }

 private:
  std::vector<Pending> heap_;
  std::uint64_t sequence_ = 0;
};

/// Days of a year, each a sorted list of its events in this and later years (Brown, "Calendar queues: a fast O(1)
/// priority queue implementation for the simulation event set problem", Communications of the ACM 31(10), 1988).
class CalendarQueue {
 public:
  void push(Seconds time, std::uint64_t what) {
    if (size_ >= 2 * days_.size()) rebuild(2 * days_.size());
    insert({time.count(), sequence_++, what});
  }
  Event pop() {
    for (std::size_t tried = 0;; ++today_, ++tried) {
      if (tried == days_.size()) today_ = day_of(earliest());  // nothing for a whole year
      auto& events = days_[today_ & (days_.size() - 1)];
      if (events.empty() || day_of(events.back().time) > today_) continue;
      const Pending next = events.back();
      events.pop_back();
      --size_;
      return {next.time, next.what};
    }
  }

 private:
  std::uint64_t day_of(double time) const { return static_cast<std::uint64_t>(time / length_); }

  void insert(const Pending& event) {
    auto& events = days_[day_of(event.time) & (days_.size() - 1)];
    events.insert(std::upper_bound(events.begin(), events.end(), event, std::greater<>{}), event);
    ++size_;
  }
  double earliest() const {
    double time = std::numeric_limits<double>::infinity();
    for (const auto& events : days_)
      if (!events.empty()) time = std::min(time, events.back().time);
    return time;
  }

  /// As many days as half the events, each three times as long as the mean distance of the events that come next.
  void rebuild(std::size_t days) {
    std::vector<Pending> events;
    for (const auto& day : days_) events.insert(events.end(), day.begin(), day.end());
    std::sort(events.begin(), events.end());
    const std::size_t sample = std::min<std::size_t>(events.size(), 1024);
    if (sample > 1 && events[sample - 1].time > events.front().time)
      length_ = 3 * (events[sample - 1].time - events.front().time) / static_cast<double>(sample - 1);
    days_.assign(days, {});
    size_ = 0;
    for (const Pending& event : events) insert(event);
    if (!events.empty()) today_ = day_of(events.front().time);
  }

  std::vector<std::vector<Pending>> days_ = std::vector<std::vector<Pending>>(2);  ///< latest first
  double length_ = 1;
  std::uint64_t today_ = 0;  ///< since the beginning of all years
  std::size_t size_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace gossamer::bench
