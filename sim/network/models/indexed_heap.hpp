#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gossamer {

/// A binary heap of numbered items. Each item's position in the heap is stored, so that any item can be removed or
/// moved in O(log n).
///
/// The owner of the items passes itself to every call, so that a heap consists of one list. `owner.before(a, b)` orders
/// items; `owner.position(a)` is the stored position of an item.
class IndexedHeap {
 public:
  using Item = std::uint32_t;

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  Item top() const { return items_.front(); }
  const std::vector<Item>& items() const { return items_; }

  template <class Owner>
  void push(Item item, Owner& owner) {
    items_.push_back(item);
    rise(items_.size() - 1, owner);
  }
  template <class Owner>
  void remove(Item item, Owner& owner) {
    const std::size_t at = owner.position(item);
    const Item last = items_.back();
    items_.pop_back();
    if (at == items_.size()) return;
    items_[at] = last;
    owner.position(last) = static_cast<std::uint32_t>(at);
    update(last, owner);
  }
  /// Restores the heap after the order of one item has changed.
  template <class Owner>
  void update(Item item, Owner& owner) {
    rise(owner.position(item), owner);
    sink(owner.position(item), owner);
  }
  /// Calls `visit(item)` for each item for which `below(item)` is true. If `below` is true for an item, it must be true
  /// for all items before it. The heap must not change during the call.
  template <class Below, class Visit>
  void visit_while(Below&& below, Visit&& visit, std::size_t at = 0) const {
    if (at >= items_.size() || !below(items_[at])) return;
    visit(items_[at]);
    visit_while(below, visit, 2 * at + 1);
    visit_while(below, visit, 2 * at + 2);
  }

 private:
  template <class Owner>
  void put(std::size_t at, Item item, Owner& owner) {
    items_[at] = item;
    owner.position(item) = static_cast<std::uint32_t>(at);
  }
  template <class Owner>
  void rise(std::size_t at, Owner& owner) {
    const Item item = items_[at];
    for (; at > 0 && owner.before(item, items_[(at - 1) / 2]); at = (at - 1) / 2) put(at, items_[(at - 1) / 2], owner);
    put(at, item, owner);
  }
  template <class Owner>
  void sink(std::size_t at, Owner& owner) {
    const Item item = items_[at];
    for (std::size_t child = 2 * at + 1; child < items_.size(); child = 2 * at + 1) {
      if (child + 1 < items_.size() && owner.before(items_[child + 1], items_[child])) ++child;
      if (!owner.before(items_[child], item)) break;
      put(at, items_[child], owner);
      at = child;
    }
    put(at, item, owner);
  }

  std::vector<Item> items_;
};

}  // namespace gossamer
