#include "sim/numerics/plan.hpp"

#include <algorithm>
#include <limits>

#include "sim/numerics/linear_combination.hpp"

namespace gossamer {
namespace {

/// A level is wide from this number of groups per thread on: a wait for its end then costs little and saves memory.
constexpr std::size_t wide_level = 32;

/// A combination that is alone on its level is shared among threads from this product of coordinates and terms on.
constexpr Index long_combination = Index{1} << 18;

bool fits_one_pass(const Operation& operation) {
  return operation.kind == Operation::Kind::combination && operation.terms <= terms_per_pass;
}

/// Calls `f` on each operation that this one absorbed.
template <class F>
void for_each_absorbed(OperationWindow& window, const Operation& operation, F f) {
  for (std::int32_t k = operation.first_absorbed; k >= 0; k = window[k].next_absorbed) f(window[k]);
}

}  // namespace

ExecutionPlan::ExecutionPlan(std::size_t window)
    : pieces_left{new std::atomic<std::uint32_t>[window]}, items_left{new std::atomic<std::uint32_t>[window]} {}

void Planner::plan(OperationWindow& window, ExecutionPlan& plan) {
  plan.items.clear();
  plan.barriers.clear();
  for (std::int32_t level = 0; level < window.levels(); ++level) {
    plan.barriers.push_back(barrier(window, level));
    give_back(plan.barriers.back());
    const auto heads = window.heads(level);
    for (const std::int32_t head : heads) assign_memory(window, head, plan.barriers.back());
    const std::size_t before = plan.items.size();
    for (const std::int32_t head : heads) add_items(window, head, plan);
    plan.items_left[static_cast<std::size_t>(level)] = static_cast<std::uint32_t>(plan.items.size() - before);
    for (const std::int32_t head : heads) {
      if (window[head].companion >= 0) retire(window, window[window[head].companion], level);
      retire(window, window[head], level);
      drop_unread(*window[head].output, level);
    }
  }
  give_back(std::numeric_limits<std::int32_t>::max());
  retired_.clear();
  returned_ = 0;
  levels_done_ += window.levels();
  write_inputs(window, plan);
}

/// All threads see the end of a wide level soon. At a narrow level they would wait long, so they run ahead by one
/// level. The result −1 means that only earlier windows must be done, which is always true.
std::int32_t Planner::barrier(const OperationWindow& window, std::int32_t level) const {
  const std::size_t wide = wide_level * static_cast<std::size_t>(setup_.threads);
  const bool after_wide = level > 0 && window.heads(level - 1).size() >= wide;
  return after_wide || setup_.threads == 1 ? level - 1 : std::max(level - 2, -1);
}

void Planner::give_back(std::int32_t last_level) {
  for (; returned_ < retired_.size() && retired_[returned_].level <= last_level; ++returned_)
    setup_.versions.give_back_values(retired_[returned_].values, retired_[returned_].pool);
}

void Planner::assign_memory(OperationWindow& window, std::int32_t head, std::int32_t barrier) {
  assign_memory_to(window, window[head], window[head], barrier);
  if (const std::int32_t companion = window[head].companion; companion >= 0)
    assign_memory_to(window, window[companion], window[head], barrier);
}

/// The memory of a version that only this group still reads, or new memory.
void Planner::assign_memory_to(OperationWindow& window, Operation& operation, const Operation& head,
                               std::int32_t barrier) {
  if (fits_one_pass(operation)) {
    for (const Term& term : window.terms(operation)) {
      Version& input = *term.version;
      if (input.handles > 0 || input.donated || input.last_read > levels_done_ + barrier) continue;
      if (input.producer >= 0 && window[input.producer].role == Operation::Role::absorbed) continue;
      if (reads_in_group(window, head, input) != input.readers) continue;
      operation.values = operation.output->values = input.values;
      input.donated = true;
      return;
    }
  }
  operation.values = operation.output->values = setup_.versions.take_values(operation.output->pool);
  operation.fresh = fits_one_pass(operation);
}

std::uint32_t Planner::reads_in_group(const OperationWindow& window, const Operation& operation,
                                      const Version& version) const {
  std::uint32_t count = 0;
  for (const Term& term : window.terms(operation)) count += term.version == &version;
  for (std::int32_t k = operation.first_absorbed; k >= 0; k = window[k].next_absorbed)
    count += reads_in_group(window, window[k], version);
  if (operation.companion >= 0) count += reads_in_group(window, window[operation.companion], version);
  return count;
}

void Planner::add_items(const OperationWindow& window, std::int32_t head, ExecutionPlan& plan) const {
  const Operation& operation = window[head];
  const Index d = setup_.dimension;
  const bool by_coordinate =
      operation.kind == Operation::Kind::combination || operation.kind == Operation::Kind::ring_mean;
  const bool lone = by_coordinate && operation.first_absorbed < 0 && operation.companion < 0;
  const Index pieces = lone ? std::clamp<Index>(d * operation.terms / long_combination, 1, 4 * setup_.threads) : 1;
  const Index line = 64 / static_cast<Index>(setup_.scalar_bytes);  // pieces begin at cache lines
  const Index length = (d / pieces / line + 1) * line;
  std::uint32_t count = 0;
  for (Index begin = 0; begin < d; begin += length, ++count)
    plan.items.push_back({head, begin, std::min(begin + length, d)});
  plan.pieces_left[static_cast<std::size_t>(head)] = count;
  if (operation.companion >= 0) plan.pieces_left[static_cast<std::size_t>(operation.companion)] = 1;
}

/// Marks the terms of a planned operation, and of the operations that it absorbed, as read.
void Planner::retire(OperationWindow& window, const Operation& operation, std::int32_t level) {
  for_each_absorbed(window, operation, [&](Operation& inner) {
    inner.output->donated = true;  // its values are scratch memory, which has no owner
    retire(window, inner, level);
  });
  for (const Term& term : window.terms(operation)) stop_reading(*term.version, level);
}

void Planner::stop_reading(Version& version, std::int32_t level) {
  version.last_read = levels_done_ + level;
  if (--version.readers > 0 || version.handles > 0) return;
  if (!version.donated) retired_.push_back({level, version.pool, version.values});
  setup_.versions.recycle(&version);
}

/// Drops the result of an operation that is executed although its result is not needed.
void Planner::drop_unread(Version& version, std::int32_t level) {
  if (version.readers > 0 || version.handles > 0) return;
  retired_.push_back({level, version.pool, version.values});
  setup_.versions.recycle(&version);
}

/// Execution does not need versions after this function.
void Planner::write_inputs(OperationWindow& window, ExecutionPlan& plan) const {
  plan.inputs.clear();
  for (const Operation& operation : window.operations()) {
    for (const Term& term : window.terms(operation)) {
      const std::int32_t producer = term.version->producer;
      const bool scratch = producer >= 0 && window[producer].role == Operation::Role::absorbed;
      plan.inputs.push_back({term.coefficient, scratch ? nullptr : term.version->values, producer});
    }
  }
  for (const Operation& operation : window.operations()) operation.output->producer = -1;
}

}  // namespace gossamer
