#include "sim/numerics/window_execution.hpp"

#include <algorithm>
#include <array>

#include "sim/numerics/encoded_vector.hpp"
#include "sim/numerics/shared_sums.hpp"
#include "sim/numerics/thread_team.hpp"

namespace gossamer {
namespace {

bool all_done(const std::atomic<std::uint32_t>& left) { return left.load(std::memory_order_acquire) == 0; }

}  // namespace

/// Takes items in order until none is left. All that an item waits for comes before it, hence has been taken.
template <class Scalar>
void WindowExecution<Scalar>::work(PlannedWindow& planned, Workspace& workspace) {
  const ExecutionPlan& plan = planned.plan;
  std::int32_t done = -1;  // all levels up to this one are done
  for (std::size_t k = planned.next_item++; k < plan.items.size(); k = planned.next_item++) {
    const ExecutionPlan::Item& item = plan.items[k];
    const auto level = static_cast<std::size_t>(planned.groups.level(item.group));
    for (; done < plan.barriers[level]; ++done)
      wait_until([&plan, done] { return all_done(plan.items_left[static_cast<std::size_t>(done) + 1]); });
    execute(planned, item, workspace);
    plan.items_left[level].fetch_sub(1, std::memory_order_release);
  }
}

/// Executes the operations of a group one after the other, or a part of its only operation. Other groups may read a
/// result as soon as it is made.
template <class Scalar>
void WindowExecution<Scalar>::execute(const PlannedWindow& planned, const ExecutionPlan::Item& item,
                                      Workspace& workspace) {
  if (item.blocks > 0) return execute_blocks(planned, item, workspace);
  const auto count = static_cast<std::size_t>(planned.plan.slots);
  const std::span<void*> slots{workspace.take<void*>(planned.plan.slots), count};
  std::fill(slots.begin(), slots.end(), nullptr);
  const Running running{planned, item, slots};
  const auto operations = planned.groups.operations(item.group);
  for (std::size_t k = 0; k < operations.size();) {
    const std::size_t together = k + 1 < operations.size() && planned.window[operations[k + 1]].joint ? 2 : 1;
    const auto next = operations.subspan(k, together);
    for (const std::int32_t position : next) wait_for_inputs(planned, planned.window[position]);
    if (together == 2 || planned.window[next[0]].kind == Operation::Kind::combination) {
      execute_sums(running, next, workspace);
    } else {
      execute(running, next[0], workspace);
    }
    for (const std::int32_t position : next)
      planned.plan.pieces_left[static_cast<std::size_t>(position)].fetch_sub(1, std::memory_order_release);
    k += together;
  }
  workspace.clear();
}

/// Executes a part of long sums that have most terms in common.
template <class Scalar>
void WindowExecution<Scalar>::execute_blocks(const PlannedWindow& planned, const ExecutionPlan::Item& item,
                                             Workspace& workspace) const {
  const ExecutionPlan& plan = planned.plan;
  auto* const blocks = workspace.take<SumBlock<Scalar>>(static_cast<Index>(item.blocks));
  for (std::size_t b = 0; b < item.blocks; ++b) {
    const ExecutionPlan::Block& block = plan.blocks[item.first_block + b];
    auto* const terms = workspace.take<SharedTerm<Scalar>>(static_cast<Index>(block.terms));
    for (std::size_t t = 0; t < block.terms; ++t) {
      const ExecutionPlan::MergedTerm& term = plan.merged[block.first_term + t];
      wait_for(planned, term.producer);
      terms[t] = {.values = static_cast<const Scalar*>(term.values), .sums = term.sums, .first = term.first};
      std::transform(term.coefficients.begin(), term.coefficients.end(), terms[t].coefficients.begin(),
                     [](double c) { return static_cast<Scalar>(c); });
    }
    auto** const out = workspace.take<Scalar*>(static_cast<Index>(block.operations.size()));
    for (std::size_t s = 0; s < block.operations.size(); ++s)
      out[s] = static_cast<Scalar*>(plan.outputs[static_cast<std::size_t>(block.operations[s])].values);
    blocks[b] = {{terms, block.terms}, {out, block.operations.size()}};
  }
  shared_sums(std::span<const SumBlock<Scalar>>{blocks, item.blocks}, item.begin, item.end);
  for (const std::int32_t position : planned.groups.operations(item.group))
    plan.pieces_left[static_cast<std::size_t>(position)].fetch_sub(1, std::memory_order_release);
  workspace.clear();
}

/// Waits for an operation of the window; −1 for none.
template <class Scalar>
void WindowExecution<Scalar>::wait_for(const PlannedWindow& planned, std::int32_t producer) const {
  if (producer >= 0) wait_until([&] { return all_done(planned.plan.pieces_left[static_cast<std::size_t>(producer)]); });
}

template <class Scalar>
void WindowExecution<Scalar>::wait_for_inputs(const PlannedWindow& planned, const Operation& operation) const {
  for (std::size_t t = operation.first_term; t < operation.first_term + operation.terms; ++t)
    wait_for(planned, planned.plan.inputs[t].producer);
}

template <class Scalar>
const void* WindowExecution<Scalar>::values(const Running& running, const ExecutionPlan::Place& place) const {
  return place.slot >= 0 ? running.slots[static_cast<std::size_t>(place.slot)] : place.values;
}

/// The memory of a result. A slot gets its memory when an operation first writes to it.
template <class Scalar>
void* WindowExecution<Scalar>::output(const Running& running, std::int32_t position, Workspace& workspace) const {
  const ExecutionPlan::Place& place = running.planned.plan.outputs[static_cast<std::size_t>(position)];
  if (place.slot < 0) return place.values;
  void*& memory = running.slots[static_cast<std::size_t>(place.slot)];
  if (memory) return memory;
  const Operation& operation = running.planned.window[position];
  if (operation.kind == Operation::Kind::encoding) {
    memory = workspace.take<std::byte>(
        static_cast<Index>(encoded_room<Scalar>(*running.planned.window.coding(operation).codec, dimension_)));
  } else {
    memory = workspace.take<Scalar>(dimension_);
  }
  return memory;
}

template <class Scalar>
std::span<const ScaledVector<Scalar>> WindowExecution<Scalar>::terms(const Running& running, const Operation& operation,
                                                                     Workspace& workspace) const {
  auto* const sum = workspace.take<ScaledVector<Scalar>>(operation.terms);
  for (std::size_t t = 0; t < operation.terms; ++t) {
    const ExecutionPlan::Input& input = running.planned.plan.inputs[operation.first_term + t];
    sum[t] = {static_cast<Scalar>(input.coefficient), static_cast<const Scalar*>(values(running, input.place))};
  }
  return {sum, operation.terms};
}

/// Executes an operation that is no combination.
template <class Scalar>
void WindowExecution<Scalar>::execute(const Running& running, std::int32_t position, Workspace& workspace) {
  const PlannedWindow& planned = running.planned;
  const Operation& operation = planned.window[position];
  const auto sum = terms(running, operation, workspace);
  void* const memory = output(running, position, workspace);
  auto* const out = static_cast<Scalar*>(memory);
  if (operation.kind == Operation::Kind::gradient) {
    const GradientAddress at{operation.node, operation.step};
    if (const auto next = next_gradient(running, position)) {
      objective_.gradient_before(*next, at, sum[0].values, out, workspace);
    } else {
      objective_.gradient(at.node, at.step, sum[0].values, out, workspace);
    }
  } else if (operation.kind == Operation::Kind::ring_mean) {
    execute_ring_mean(sum, running.item.begin, running.item.end, out, workspace);
  } else if (operation.kind == Operation::Kind::decoding) {
    decode(*planned.window.coding(operation).codec, sum, out);
  } else if (operation.kind == Operation::Kind::function) {
    apply(planned.window.function(operation), sum, {running.item.begin, running.item.end}, out, workspace);
  } else {
    const Coding& coding = planned.window.coding(operation);
    encode_vector(*coding.codec, coding.draws, std::span{sum[0].values, static_cast<std::size_t>(dimension_)},
                  encoded_room<Scalar>(*coding.codec, dimension_), static_cast<std::byte*>(memory));
  }
}

/// The gradient that this thread will probably compute next: the next one of the group, or the first one of the item
/// that it takes when the other threads have taken one each.
template <class Scalar>
std::optional<GradientAddress> WindowExecution<Scalar>::next_gradient(const Running& running,
                                                                      std::int32_t position) const {
  const PlannedWindow& planned = running.planned;
  const auto first_after = [&](std::int32_t group, std::int32_t last) -> std::optional<GradientAddress> {
    for (const std::int32_t k : planned.groups.operations(group)) {
      const Operation& operation = planned.window[k];
      if (k > last && operation.kind == Operation::Kind::gradient)
        return GradientAddress{operation.node, operation.step};
    }
    return std::nullopt;
  };
  if (const auto own = first_after(running.item.group, position)) return own;
  const std::size_t taken = planned.next_item.load(std::memory_order_relaxed) + static_cast<std::size_t>(threads_ - 1);
  if (taken >= planned.plan.items.size()) return std::nullopt;
  return first_after(planned.plan.items[taken].group, -1);
}

/// Executes one combination, or two in one pass.
template <class Scalar>
void WindowExecution<Scalar>::execute_sums(const Running& running, std::span<const std::int32_t> sums,
                                           Workspace& workspace) const {
  std::array<Assignment<Scalar>, 2> all;
  bool past_caches = false;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    const bool fresh = running.planned.plan.outputs[static_cast<std::size_t>(sums[k])].fresh;
    const auto sum = terms(running, running.planned.window[sums[k]], workspace);
    all[k] = {sum, static_cast<Scalar*>(output(running, sums[k], workspace)), running.planned.past_caches && fresh};
    past_caches = past_caches || all[k].past_caches;
  }
  const ExecutionPlan::Item& item = running.item;
  if (sums.size() == 1 && !past_caches) return linear_combination(all[0].terms, item.begin, item.end, all[0].out);
  assign(std::span<const Assignment<Scalar>>{all.data(), sums.size()}, item.begin, item.end);
}

/// The first term is the message. A second term is `near`, the receiver's vector.
template <class Scalar>
void WindowExecution<Scalar>::decode(const Codec& codec, std::span<const ScaledVector<Scalar>> terms, Scalar* out) {
  const auto d = static_cast<std::size_t>(dimension_);
  const std::span<const Scalar> near = terms.size() == 2 ? std::span{terms[1].values, d} : std::span<const Scalar>{};
  if (!decode_vector(codec, reinterpret_cast<const std::byte*>(terms[0].values), near, std::span{out, d}))
    decode_failures_.fetch_add(1, std::memory_order_relaxed);
}

template <class Scalar>
void WindowExecution<Scalar>::apply(const VectorFunction& function, std::span<const ScaledVector<Scalar>> terms,
                                    CoordinateRange range, Scalar* out, Workspace& workspace) const {
  auto** const arguments = workspace.take<const Scalar*>(static_cast<Index>(terms.size()));
  std::transform(terms.begin(), terms.end(), arguments, [](const auto& term) { return term.values; });
  function.apply(std::span<const Scalar* const>{arguments, terms.size()}, range, out, workspace);
}

/// Chunk k starts with the contribution of node k + 1 and ends with that of node k.
template <class Scalar>
void WindowExecution<Scalar>::execute_ring_mean(std::span<const ScaledVector<Scalar>> terms, Index begin, Index end,
                                                Scalar* out, Workspace& workspace) const {
  const auto n = static_cast<Index>(terms.size());
  auto* const twice = workspace.take<ScaledVector<Scalar>>(2 * n);
  std::copy(terms.begin(), terms.end(), twice);
  std::copy(terms.begin(), terms.end(), twice + n);
  for (Index k = 0; k < n; ++k) {
    const Index first = std::max(begin, k * dimension_ / n);
    const Index last = std::min(end, (k + 1) * dimension_ / n);
    if (first >= last) continue;
    const auto start = static_cast<std::size_t>((k + 1) % n);
    linear_combination(std::span<const ScaledVector<Scalar>>{twice + start, terms.size()}, first, last, out);
  }
}

template class WindowExecution<float>;
template class WindowExecution<double>;

}  // namespace gossamer
