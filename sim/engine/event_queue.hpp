#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/huge_pages.hpp"

namespace gossamer {

/// A pending event: its time, and a word that the queue's owner interprets.
struct Event {
  double time = 0;
  std::uint64_t what = 0;
};

/// The distance at which an event is announced: first far ahead, then again when it is near.
enum class Lead : std::uint8_t { far, near };

/// Pending events in the total order (time, sequence of pushing), for a clock that never runs backwards.
///
/// A monotone radix heap on the bits of the time (Ahuja, Mehlhorn, Orlin, Tarjan, "Faster algorithms for the shortest
/// path problem", J. ACM 1990): an event's bucket is the highest bit in which its time differs from a time that is not
/// after any of them. Events of one time always share a bucket and never overtake each other, so the sequence needs no
/// memory. The lowest buckets are sorted into a run as soon as they are small, so the next events are known.
/// Cost    amortized O(64) moves an event, in practice a few.
/// Memory  16 bytes for each event pending at once, plus blocks that are partly filled, about one for each bucket in use.
class EventQueue {
 public:
  bool empty() const { return next_ == run_.size() && occupied_ == 0; }

  /// Number of events for which the queue holds memory. It depends on the largest number pending at once, not on the
  /// number of events popped.
  std::size_t capacity() const { return run_.capacity() + blocks_ * Block::room; }

  /// `time` must be at least the time of the last event popped.
  void push(Seconds time, std::uint64_t what) {
    const Event event{time.count() + 0.0, what};  // − 0 becomes + 0
    assert(event.time >= now_ && "an event lies in the past");
    if (bits(event) < horizon_) {
      const bool last = next_ == run_.size() || event.time >= run_.back().time;
      if (!last && run_.size() - next_ > 2 * longest_run) scatter();
      if (bits(event) < horizon_) return insert(event);
    }
    add(event);
  }

  /// The next event. Calls `announce(what, lead)` for events that will follow soon, so that the caller can prefetch the
  /// memory that they will touch.
  template <class Announce>
  Event pop(Announce&& announce) {
    assert(!empty() && "no event is left");
    if (next_ == run_.size()) gather();
    const Event event = run_[next_++];
    now_ = event.time;
    announce_until(far_, next_ + far_lead, [&](const Event& e) { announce(e.what, Lead::far); });
    announce_until(near_, next_ + near_lead, [&](const Event& e) { announce(e.what, Lead::near); });
    return event;
  }
  Event pop() {
    return pop([](std::uint64_t, Lead) {});
  }

 private:
  /// Sorted by insertion, hence short; long enough to look ahead in.
  static constexpr std::size_t longest_run = 64;
  static constexpr std::size_t longest_past = 256;  ///< popped events that the run may keep, if it has fewer pending
  static constexpr std::size_t far_lead = 20;
  static constexpr std::size_t near_lead = 10;

  static std::uint64_t bits(const Event& event) { return std::bit_cast<std::uint64_t>(event.time); }

  /// Buckets share the memory of events: a bucket takes blocks when it grows, and gives them back when it is emptied.
  struct Block {
    static constexpr std::uint32_t room = 31;

    Block* next = nullptr;
    std::uint32_t size = 0;
    std::array<Event, room> events;
  };
  /// Events in the order of arrival.
  struct Bucket {
    Block* first = nullptr;
    Block* last = nullptr;
    std::size_t size = 0;
    std::uint64_t earliest = ~std::uint64_t{0};  ///< bits of the earliest time
  };

  // Times are not negative, so the sign bit never differs and 64 buckets suffice.
  void add(const Event& event) {
    const auto number = static_cast<std::size_t>(64 - std::countl_zero(bits(event) ^ base_));
    Bucket& bucket = buckets_[number];
    if (!bucket.last || bucket.last->size == Block::room) append_block(bucket);
    bucket.last->events[bucket.last->size++] = event;
    ++bucket.size;
    bucket.earliest = std::min(bucket.earliest, bits(event));
    occupied_ |= std::uint64_t{1} << number;
  }

  void append_block(Bucket& bucket) {
    Block* const block = take_block();
    (bucket.last ? bucket.last->next : bucket.first) = block;
    bucket.last = block;
  }

  Block* take_block() {
    if (!unused_) {
      ++blocks_;
      return ::new (memory_.take(sizeof(Block))) Block;
    }
    Block* const block = std::exchange(unused_, unused_->next);
    block->next = nullptr;
    block->size = 0;
    return block;
  }

  /// Empties a bucket, and calls `visit` for its events in their order.
  template <class Visit>
  void drain(std::size_t number, Visit&& visit) {
    occupied_ &= ~(std::uint64_t{1} << number);
    for (Block* block = std::exchange(buckets_[number], {}).first; block;) {
      for (std::uint32_t k = 0; k < block->size; ++k) visit(block->events[k]);
      Block* const emptied = std::exchange(block, block->next);
      emptied->next = std::exchange(unused_, emptied);
    }
  }

  /// Inserts an event into the run, behind events that are not later.
  void insert(const Event& event) {
    if (next_ >= longest_past && next_ > run_.size() / 2) drop_past();
    run_.push_back(event);
    std::size_t at = run_.size() - 1;
    for (; at > next_ && event.time < run_[at - 1].time; --at) run_[at] = run_[at - 1];
    run_[at] = event;
  }

  /// Gives up the memory of popped events. A run to which events are added as fast as they are popped never ends.
  /// Cost  moves at most as many events as have been popped since the last call.
  void drop_past() {
    run_.erase(run_.begin(), run_.begin() + static_cast<std::ptrdiff_t>(next_));
    far_ -= std::min(far_, next_);
    near_ -= std::min(near_, next_);
    next_ = 0;
  }

  std::size_t lowest() const { return static_cast<std::size_t>(std::countr_zero(occupied_)); }

  /// Sorts the lowest buckets into the run, which is empty. Events of one time need no sorting, however many they are.
  void gather() {
    run_.clear();
    next_ = far_ = near_ = 0;
    while (lowest() > 0 && buckets_[lowest()].size > longest_run) spread(lowest());
    do {
      const std::size_t b = lowest();
      horizon_ = b == 0 ? base_ + 1 : ((base_ >> (b - 1) | 1) + 1) << (b - 1);
      drain(b, [this](const Event& event) { insert(event); });
    } while (occupied_ != 0 && run_.size() + buckets_[lowest()].size <= longest_run);
  }

  /// Moves the base to the earliest event of the lowest bucket and spreads the bucket over lower ones.
  void spread(std::size_t b) {
    base_ = horizon_ = buckets_[b].earliest;
    drain(b, [this](const Event& event) { add(event); });
  }

  /// Gives a run that has grown too long for insertions back to the buckets, all of which are lower than before.
  void scatter() {
    base_ = horizon_ = std::bit_cast<std::uint64_t>(now_);
    for (; next_ < run_.size(); ++next_) add(run_[next_]);
  }

  template <class Visit>
  void announce_until(std::size_t& position, std::size_t end, Visit&& visit) {
    position = std::max(position, next_);
    for (end = std::min(end, run_.size()); position < end; ++position) visit(run_[position]);
  }

  std::vector<Event> run_;  ///< the next events, in order
  std::size_t next_ = 0;    ///< position in the run of the next event
  std::size_t far_ = 0;     ///< end of the announced part of the run
  std::size_t near_ = 0;    ///< end of the part that has been announced again
  double now_ = 0;          ///< the time of the last event popped
  std::array<Bucket, 64> buckets_;
  Arena memory_;                ///< of blocks
  Block* unused_ = nullptr;     ///< blocks that no bucket holds
  std::size_t blocks_ = 0;      ///< blocks in all
  std::uint64_t occupied_ = 0;  ///< bit b is set if bucket b holds events
  std::uint64_t base_ = 0;      ///< bits of the time from which buckets are counted
  std::uint64_t horizon_ = 0;   ///< times whose bits are below belong to the run, all others to the buckets
};

}  // namespace gossamer
