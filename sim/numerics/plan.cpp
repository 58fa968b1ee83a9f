#include "sim/numerics/plan.hpp"

#include <algorithm>
#include <limits>

#include "sim/numerics/linear_combination.hpp"
#include "sim/numerics/sum_merging.hpp"

namespace gossamer {
namespace {

/// A level is wide from this number of groups per thread on: a wait for its end then costs little and saves memory.
constexpr std::size_t wide_level = 32;

/// A combination that is alone in its group is shared among threads from this product of coordinates and terms on.
constexpr Index long_combination = Index{1} << 18;

bool fits_one_pass(const Operation& operation) {
  return operation.kind == Operation::Kind::combination && operation.terms <= terms_per_pass;
}

/// Makes room for the counters of a window of `size` operations.
void reserve_counters(ExecutionPlan& plan, std::size_t size) {
  if (plan.capacity >= size) return;
  plan.capacity = size;
  plan.pieces_left.reset(new std::atomic<std::uint32_t>[size]);
  plan.items_left.reset(new std::atomic<std::uint32_t>[size]);
}

}  // namespace

void Planner::plan(OperationWindow& window, const OperationGroups& groups, ExecutionPlan& plan) {
  reserve_counters(plan, window.size());
  plan.outputs.assign(window.size(), {});
  plan.merged.clear();
  plan.blocks.clear();
  plan.items.clear();
  plan.barriers.clear();
  plan.slots = 0;
  for (std::int32_t level = 0; level < groups.levels(); ++level) {
    plan.barriers.push_back(barrier(groups, level));
    give_back(plan.barriers.back());
    const auto work_of = [&](std::int32_t group) { return Work{window, plan, groups.operations(group), group}; };
    const std::size_t before = plan.items.size();
    for (const std::int32_t group : groups.of_level(level)) {
      const Work work = work_of(group);
      place_results(work, plan.barriers.back());
      assign_slots(work);
      add_items(work, plan);
    }
    plan.items_left[static_cast<std::size_t>(level)] = static_cast<std::uint32_t>(plan.items.size() - before);
    for (const std::int32_t group : groups.of_level(level)) retire(work_of(group), level);
  }
  give_back(std::numeric_limits<std::int32_t>::max());
  retired_.clear();
  returned_ = 0;
  levels_done_ += groups.levels();
  write_inputs(window, plan);
  for (ExecutionPlan::Block& block : plan.blocks) merge_terms(window, plan, block);
}

/// All threads see the end of a wide level soon. At a narrow level they would wait long, so they run ahead by one
/// level. The result −1 means that only earlier windows must be done, which is always true.
std::int32_t Planner::barrier(const OperationGroups& groups, std::int32_t level) const {
  const std::size_t wide = wide_level * static_cast<std::size_t>(setup_.threads);
  const bool after_wide = level > 0 && groups.of_level(level - 1).size() >= wide;
  return after_wide || setup_.threads == 1 ? level - 1 : std::max(level - 2, -1);
}

void Planner::give_back(std::int32_t last_level) {
  for (; returned_ < retired_.size() && retired_[returned_].level <= last_level; ++returned_)
    setup_.versions.give_back_values(retired_[returned_].values, retired_[returned_].pool);
}

/// Memory for the results that leave their group: that of a version which only this group still reads, or new memory.
void Planner::place_results(const Work& work, std::int32_t barrier) {
  find_reads(work);
  for (std::size_t k = 0; k < work.operations.size(); ++k) {
    const Operation& operation = work.window[work.operations[k]];
    if (operation.internal) continue;
    Version& result = *operation.output;
    ExecutionPlan::Place& place = work.plan.outputs[static_cast<std::size_t>(work.operations[k])];
    const GroupRead* const overwritten = result.encoded ? nullptr : overwritable(work, k, barrier);
    if (overwritten) overwritten->version->donated = true;
    result.values = overwritten ? overwritten->version->values : setup_.versions.take_values(result.pool);
    place = {.values = result.values, .fresh = fits_one_pass(operation) && !(overwritten && overwritten->last >= k)};
  }
}

/// Lists the versions that come from outside of the group. Long sums overwrite nothing and need no list.
void Planner::find_reads(const Work& work) {
  reads_.clear();
  if (is_long(work.window[work.operations[0]])) return;
  for (std::size_t k = 0; k < work.operations.size(); ++k) {
    for (const Term& term : work.window.terms(work.window[work.operations[k]])) {
      Version* const version = term.version;
      if (version->producer >= 0 && work.window[version->producer].group == work.group) continue;
      auto read = std::find_if(reads_.begin(), reads_.end(), [&](const GroupRead& r) { return r.version == version; });
      if (read == reads_.end()) read = reads_.insert(read, {version, 0, 0});
      ++read->count;
      read->last = k;
    }
  }
}

/// A version whose memory operation number k of the group may overwrite, if there is one: nobody else reads it, and no
/// later operation. A sum may read it too, together with the sum that is joint with it.
const Planner::GroupRead* Planner::overwritable(const Work& work, std::size_t k, std::int32_t barrier) const {
  const bool in_place = may_overwrite_terms(work.window[work.operations[k]]);
  const bool joint = k + 1 < work.operations.size() && work.window[work.operations[k + 1]].joint;
  const std::size_t end = in_place ? k + (joint ? 2 : 1) : k;
  const GroupRead* best = nullptr;
  for (const GroupRead& read : reads_) {
    const Version& version = *read.version;
    const bool free = version.handles == 0 && !version.donated && !version.encoded &&
                      version.last_read <= levels_done_ + barrier && read.count == version.readers;
    if (free && read.last < end && (!best || read.last > best->last)) best = &read;  // the latest is in the cache
  }
  return best;
}

/// Slots for internal results, from the last operation to the first: a slot is in use from the operation that writes it
/// to the last that reads it. A sum may overwrite one of its terms.
void Planner::assign_slots(const Work& work) {
  free_slots_.clear();
  slots_ = 0;
  const auto output = [&](std::int32_t position) -> ExecutionPlan::Place& {
    return work.plan.outputs[static_cast<std::size_t>(position)];
  };
  for (auto k = work.operations.rbegin(); k != work.operations.rend(); ++k) {
    const Operation& operation = work.window[*k];
    bool passed_on = false;
    const auto unplaced = [&](const Term& term) {
      const std::int32_t producer = term.version->producer;
      return producer >= 0 && work.window[producer].group == work.group && work.window[producer].internal &&
             output(producer).slot < 0;
    };
    for (const Term& term : work.window.terms(operation)) {
      if (!unplaced(term)) continue;
      const std::int32_t producer = term.version->producer;
      const bool a_vector = work.window[producer].kind != Operation::Kind::encoding;
      const bool overwrites = operation.internal && may_overwrite_terms(operation) && a_vector && !passed_on;
      output(producer).slot = overwrites ? output(*k).slot : a_vector ? take_slot() : slots_++;
      passed_on = passed_on || overwrites;
    }
    if (operation.internal && !passed_on && operation.kind != Operation::Kind::encoding)
      free_slots_.push_back(output(*k).slot);
  }
  work.plan.slots = std::max(work.plan.slots, slots_);
}

std::int32_t Planner::take_slot() {
  if (free_slots_.empty()) return slots_++;
  const std::int32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void Planner::add_items(const Work& work, ExecutionPlan& plan) const {
  const Operation& first = work.window[work.operations[0]];
  const std::size_t size = work.operations.size();
  const bool shared = size > 1 && is_long(first);
  ExecutionPlan::Item item{.group = work.group, .begin = 0, .end = 0, .first_block = plan.blocks.size()};
  for (std::size_t k = 0; shared && k < size; k += sums_of_a_block, ++item.blocks)
    plan.blocks.push_back({work.operations.subspan(k, std::min(sums_of_a_block, size - k)), 0, 0});

  const Index d = setup_.dimension;
  const bool by_coordinate =
      first.kind == Operation::Kind::combination || first.kind == Operation::Kind::ring_mean || first.elementwise;
  const bool cut = by_coordinate && (shared || size == 1);
  const auto terms = static_cast<Index>(first.terms * size);
  const Index pieces = cut ? std::clamp<Index>(d * terms / long_combination, 1, 4 * setup_.threads) : 1;
  const Index line = 64 / static_cast<Index>(setup_.scalar_bytes);  // pieces begin at cache lines
  const Index length = (d / pieces / line + 1) * line;
  std::uint32_t count = 0;
  for (item.begin = 0; item.begin < d; item.begin += length, ++count) {
    item.end = std::min(item.begin + length, d);
    plan.items.push_back(item);
  }
  for (const std::int32_t k : work.operations) plan.pieces_left[static_cast<std::size_t>(k)] = count;
}

/// Marks the terms of a planned group as read. A result that is executed although nobody needs it is dropped.
void Planner::retire(const Work& work, std::int32_t level) {
  for (const std::int32_t k : work.operations) {
    const Operation& operation = work.window[k];
    operation.output->donated = operation.internal;  // scratch memory has no owner
    for (const Term& term : work.window.terms(operation)) stop_reading(*term.version, level);
    if (operation.output->readers > 0 || operation.output->handles > 0) continue;
    retired_.push_back({level, operation.output->pool, operation.output->values});
    setup_.versions.recycle(operation.output);
  }
}

void Planner::stop_reading(Version& version, std::int32_t level) {
  version.last_read = levels_done_ + level;
  if (--version.readers > 0 || version.handles > 0) return;
  if (!version.donated) retired_.push_back({level, version.pool, version.values});
  setup_.versions.recycle(&version);
}

/// Execution does not need versions after this function.
void Planner::write_inputs(const OperationWindow& window, ExecutionPlan& plan) const {
  plan.inputs.clear();
  for (const Operation& operation : window.operations()) {
    for (const Term& term : window.terms(operation)) {
      const std::int32_t producer = term.version->producer;
      if (producer < 0 || operation.group < 0) {
        plan.inputs.push_back({term.coefficient, {.values = term.version->values}});
        continue;
      }
      const bool own = window[producer].group == operation.group;
      plan.inputs.push_back({term.coefficient, plan.outputs[static_cast<std::size_t>(producer)], own ? -1 : producer});
    }
  }
  for (const Operation& operation : window.operations()) operation.output->producer = -1;
}

}  // namespace gossamer
