#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/numerics/execution_plan.hpp"
#include "sim/numerics/operation_groups.hpp"
#include "sim/numerics/operation_window.hpp"
#include "sim/numerics/version_store.hpp"

namespace gossamer {

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
  void plan(OperationWindow& window, const OperationGroups& groups, ExecutionPlan& plan);

 private:
  /// Values that are not read after the groups of a level are done.
  struct Retired {
    std::int32_t level;
    std::uint32_t pool;
    void* values;
  };
  /// A group under planning.
  struct Work {
    OperationWindow& window;
    ExecutionPlan& plan;
    std::span<const std::int32_t> operations;
    std::int32_t group;
  };

  /// A version from outside of the group under planning.
  struct GroupRead {
    Version* version;
    std::uint32_t count;  ///< number of terms
    std::size_t last;     ///< number of the last operation of the group that reads it
  };

  std::int32_t barrier(const OperationGroups& groups, std::int32_t level) const;
  void give_back(std::int32_t last_level);
  void place_results(const Work& work, std::int32_t barrier);
  void find_reads(const Work& work);
  const GroupRead* overwritable(const Work& work, std::size_t k, std::int32_t barrier) const;
  void assign_slots(const Work& work);
  std::int32_t take_slot();
  void add_items(const Work& work, ExecutionPlan& plan) const;
  void retire(const Work& work, std::int32_t level);
  void stop_reading(Version& version, std::int32_t level);
  void write_inputs(const OperationWindow& window, ExecutionPlan& plan) const;

  Setup setup_;
  std::vector<Retired> retired_;
  std::vector<GroupRead> reads_;
  std::vector<std::int32_t> free_slots_;
  std::int32_t slots_ = 0;        ///< of the group under planning
  std::size_t returned_ = 0;      ///< number of retired values that are back in the store
  std::int64_t levels_done_ = 0;  ///< in earlier windows
};

}  // namespace gossamer
