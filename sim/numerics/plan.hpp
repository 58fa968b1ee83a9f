#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/numerics/operation_window.hpp"
#include "sim/numerics/version_store.hpp"

namespace gossamer {

/// The plan by which a closed window is executed. It refers to memory and not to versions, so versions may change hands
/// during execution.
struct ExecutionPlan {
  /// A term of an operation: a coefficient and the vector that it scales.
  struct Input {
    double coefficient = 0;
    const void* values = nullptr;  ///< null if an absorbed operation makes it
    std::int32_t producer = -1;    ///< the operation of the window that makes it; −1 if it exists already
  };
  /// The unit of work of a thread: a group, or a range of coordinates of a long operation.
  struct Item {
    std::int32_t head;
    Index begin;
    Index end;
  };
  using Counters = std::unique_ptr<std::atomic<std::uint32_t>[]>;

  explicit ExecutionPlan(std::size_t window);

  std::vector<Input> inputs;           ///< of all operations, by the position of their terms
  std::vector<Item> items;             ///< by level: all that an item waits for comes before it
  std::vector<std::int32_t> barriers;  ///< by level, the last level whose end its groups wait for
  Counters pieces_left;                ///< by operation, the number of its items that are not done
  Counters items_left;                 ///< by level, the number of items that are not done
};

/// Plans windows. They are executed in the order in which they were planned, each after the end of the one before.
///
/// Memory is planned for every level as if levels were executed one after the other. Groups of a level start when all
/// levels up to its barrier are done, so memory that these levels have retired may be reused. A version passes its
/// memory to the result of its last reader if that reader may overwrite it.
class Planner {
 public:
  struct Setup {
    VersionStore& versions;
    Index dimension;
    std::size_t scalar_bytes;
    int threads;
  };
  explicit Planner(Setup setup) : setup_{setup} {}

  /// Assigns memory to every result. Versions without a reader or a handle afterwards go back to the store.
  void plan(OperationWindow& window, ExecutionPlan& plan);

 private:
  /// Values that are not read after the groups of a level are done.
  struct Retired {
    std::int32_t level;
    std::uint32_t pool;
    void* values;
  };

  std::int32_t barrier(const OperationWindow& window, std::int32_t level) const;
  void give_back(std::int32_t last_level);
  void assign_memory(OperationWindow& window, std::int32_t head, std::int32_t barrier);
  void assign_memory_to(OperationWindow& window, Operation& operation, const Operation& head, std::int32_t barrier);
  std::uint32_t reads_in_group(const OperationWindow& window, const Operation& operation, const Version& version) const;
  void add_items(const OperationWindow& window, std::int32_t head, ExecutionPlan& plan) const;
  void retire(OperationWindow& window, const Operation& operation, std::int32_t level);
  void stop_reading(Version& version, std::int32_t level);
  void drop_unread(Version& version, std::int32_t level);
  void write_inputs(OperationWindow& window, ExecutionPlan& plan) const;

  Setup setup_;
  std::vector<Retired> retired_;
  std::size_t returned_ = 0;      ///< number of retired values that are back in the store
  std::int64_t levels_done_ = 0;  ///< in earlier windows
};

}  // namespace gossamer
