#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gossamer {

/// A map from pairs of numbers to numbers: a hash table with open addressing that closes the gap when a pair is erased
/// (Knuth, "The Art of Computer Programming" 3, 6.4, Algorithm R).
/// Cost    O(1) per operation in the mean; the table is at most half full.
class PairMap {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  PairMap() : slots_(16) {}

  /// The number of a pair; `none` if the pair is not in the map.
  std::uint32_t find(std::uint32_t first, std::uint32_t second) const {
    for (std::size_t at = home(key(first, second));; at = next(at))
      if (slots_[at].value == none || slots_[at].key == key(first, second)) return slots_[at].value;
  }
  /// Changes the number of a pair that is in the map.
  void set(std::uint32_t first, std::uint32_t second, std::uint32_t value) {
    std::size_t at = home(key(first, second));
    while (slots_[at].key != key(first, second)) at = next(at);
    slots_[at].value = value;
  }
  /// Adds a pair that is not in the map.
  void insert(std::uint32_t first, std::uint32_t second, std::uint32_t value) {
    if (2 * ++size_ > slots_.size()) grow();
    place({key(first, second), value});
  }
  /// Erases a pair that is in the map.
  void erase(std::uint32_t first, std::uint32_t second) {
    std::size_t gap = home(key(first, second));
    while (slots_[gap].key != key(first, second)) gap = next(gap);
    --size_;
    for (std::size_t at = next(gap); slots_[at].value != none; at = next(at)) {
      const std::size_t from_home = (at - home(slots_[at].key)) & (slots_.size() - 1);
      if (from_home < ((at - gap) & (slots_.size() - 1))) continue;  // its home is behind the gap
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = {};
  }

 private:
  struct Slot {
    std::uint64_t key = ~std::uint64_t{0};
    std::uint32_t value = none;
  };

  static std::uint64_t key(std::uint32_t first, std::uint32_t second) {
    return static_cast<std::uint64_t>(first) << 32 | second;
  }
  /// The upper bits of a product are well mixed.
  std::size_t home(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15U) >> 32) & (slots_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }

  void place(Slot slot) {
    std::size_t at = home(slot.key);
    while (slots_[at].value != none) at = next(at);
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.value != none) place(slot);
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace gossamer
