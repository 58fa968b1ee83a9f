#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/numerics/execution_plan.hpp"
#include "sim/numerics/linear_combination.hpp"
#include "sim/numerics/objective.hpp"
#include "sim/numerics/operation_groups.hpp"
#include "sim/numerics/operation_window.hpp"

namespace gossamer {

/// A window in one of its states: recorded, planned, executed.
struct PlannedWindow {
  OperationWindow window;
  OperationGroups groups;
  ExecutionPlan plan;
  std::atomic<std::size_t> next_item{0};
  bool past_caches = false;  ///< whether the models no longer fit in the caches
};

/// Executes planned windows: every thread calls `work` with a workspace of its own.
template <class Scalar>
class WindowExecution {
 public:
  /// `threads`: the number of threads that will work on a window.
  WindowExecution(const Objective<Scalar>& objective, int threads)
      : objective_{objective}, dimension_{objective.dimension()}, threads_{threads} {}

  /// Executes items of a window until none is left. Other threads may still execute theirs.
  void work(PlannedWindow& planned, Workspace& workspace);

  /// The number of decodings so far that detected a failure.
  std::uint64_t decode_failures() const { return decode_failures_; }

 private:
  /// A group in execution.
  struct Running {
    const PlannedWindow& planned;
    const ExecutionPlan::Item& item;
    std::span<void*> slots;  ///< scratch memory, as far as it has been taken
  };

  void execute(const PlannedWindow& planned, const ExecutionPlan::Item& item, Workspace& workspace);
  void execute_blocks(const PlannedWindow& planned, const ExecutionPlan::Item& item, Workspace& workspace) const;
  void wait_for(const PlannedWindow& planned, std::int32_t producer) const;
  void wait_for_inputs(const PlannedWindow& planned, const Operation& operation) const;
  void execute(const Running& running, std::int32_t position, Workspace& workspace);
  std::optional<GradientAddress> next_gradient(const Running& running, std::int32_t position) const;
  void execute_sums(const Running& running, std::span<const std::int32_t> sums, Workspace& workspace) const;
  void* output(const Running& running, std::int32_t position, Workspace& workspace) const;
  const void* values(const Running& running, const ExecutionPlan::Place& place) const;
  std::span<const ScaledVector<Scalar>> terms(const Running& running, const Operation& operation,
                                              Workspace& workspace) const;
  void decode(const Codec& codec, std::span<const ScaledVector<Scalar>> terms, Scalar* out);
  void apply(const VectorFunction& function, std::span<const ScaledVector<Scalar>> terms, CoordinateRange range,
             Scalar* out, Workspace& workspace) const;
  void execute_ring_mean(std::span<const ScaledVector<Scalar>> terms, Index begin, Index end, Scalar* out,
                         Workspace& workspace) const;

  const Objective<Scalar>& objective_;
  Index dimension_;
  int threads_;
  std::atomic<std::uint64_t> decode_failures_{0};
};

extern template class WindowExecution<float>;
extern template class WindowExecution<double>;

}  // namespace gossamer
