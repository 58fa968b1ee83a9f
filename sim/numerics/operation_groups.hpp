#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/numerics/operation_window.hpp"

namespace gossamer {

/// A window's operations in groups. One thread executes a group, one operation after the other in the order of
/// recording, so that a model stays in its cache: the local steps of a node are an example.
///
/// A group has a level above the levels of all groups from which it reads. Groups of equal level are independent.
/// A result that only its own group reads is internal: it never leaves scratch memory.
///
/// Long sums form groups of their own, which threads share by coordinates. Sums with most terms in common are in one
/// group, like those of all nodes on a complete graph.
class OperationGroups {
 public:
  /// Forms the groups of a window without dead operations and marks internal and joint operations.
  void form(OperationWindow& window);

  std::int32_t levels() const { return static_cast<std::int32_t>(by_level_.size()); }

  /// The numbers of the groups of a level.
  std::span<const std::int32_t> of_level(std::int32_t level) const { return by_level_[level]; }

  std::int32_t level(std::int32_t group) const { return groups_[static_cast<std::size_t>(group)].level; }

  /// The positions of a group's operations in the window, in order.
  std::span<const std::int32_t> operations(std::int32_t group) const { return members_[group]; }

 private:
  struct Group {
    std::int32_t level = 0;
    NodeId node = -1;  ///< the node whose gradients it computes; −1 for none
    std::uint32_t size = 0;
    bool complete = false;  ///< no further operation may join
  };
  /// The groups from which an operation reads.
  struct Sources {
    std::int32_t highest = -1;  ///< a group of the highest level; −1 if all terms existed before the window
    std::int32_t level = -1;    ///< its level
    std::int32_t others = -1;   ///< the highest level of all other groups
  };
  /// Numbers in lists, one list after another.
  class Lists {
   public:
    /// `list_of(k)` is the list of number k, or −1 for none; numbers keep their order.
    template <class ListOf>
    void sort(std::size_t lists, std::size_t numbers, ListOf list_of);
    std::size_t size() const { return start_.size() - 1; }
    std::span<const std::int32_t> operator[](std::int32_t list) const {
      const auto first = start_[static_cast<std::size_t>(list)];
      return std::span{numbers_}.subspan(first, start_[static_cast<std::size_t>(list) + 1] - first);
    }

   private:
    std::vector<std::size_t> start_ = {0};
    std::vector<std::size_t> next_;
    std::vector<std::int32_t> numbers_;
  };

  void join(OperationWindow& window, std::int32_t position);
  Sources sources(const OperationWindow& window, const Operation& operation) const;
  std::int32_t companions(const OperationWindow& window, std::int32_t position, const Sources& from) const;
  std::int32_t similar_sums(const OperationWindow& window, std::int32_t position, const Sources& from) const;
  bool admits(std::int32_t group, const Operation& operation) const;
  bool admits_from(std::int32_t group, std::int32_t reader, const Operation& operation) const;
  bool is_wide(std::int32_t level) const;
  void add(std::int32_t group, Operation& operation);
  void move_to_reader(OperationWindow& window, std::int32_t position);
  void sort_by_level();
  void mark_joint(OperationWindow& window, std::int32_t group) const;
  Group& at(std::int32_t group) { return groups_[static_cast<std::size_t>(group)]; }
  const Group& at(std::int32_t group) const { return groups_[static_cast<std::size_t>(group)]; }

  std::vector<Group> groups_;
  std::int32_t last_long_ = -1;                 ///< the latest long sum that has a group
  std::vector<std::uint32_t> groups_of_level_;  ///< before operations move
  std::vector<std::int32_t> read_by_;  ///< by operation, the only group that reads its result; or none, or several
  Lists members_;
  Lists by_level_;
};

}  // namespace gossamer
