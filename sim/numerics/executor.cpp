#include "sim/numerics/executor.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <utility>

#include "sim/numerics/encoded_vector.hpp"

namespace gossamer {
namespace {

/// The size of the largest cache in bytes, or a usual size if the system does not report it.
const std::size_t caches = [] {
  const long bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : std::size_t{32} << 20;
}();

/// The number of operations of a window. Longer windows have longer chains of local steps: with 16 operations of each
/// node, a model is loaded once for several steps. They also keep more results at once, so they are short compared with
/// the models.
std::size_t window_for(std::size_t nodes, std::size_t model_bytes) {
  constexpr std::size_t least = 4096, most = 1 << 17, operations_of_a_node = 16, model_bytes_of_an_operation = 2048;
  return std::clamp(std::min(operations_of_a_node, model_bytes / model_bytes_of_an_operation) * nodes, least, most);
}

bool all_done(const std::atomic<std::uint32_t>& left) { return left.load(std::memory_order_acquire) == 0; }

}  // namespace

template <class Scalar>
Executor<Scalar>::Executor(Setup setup)
    : objective_{setup.objective},
      initialize_{std::move(setup.initial_params)},
      common_initial_params_{setup.common_initial_params},
      dimension_{setup.objective.dimension()},
      fixed_window_{setup.window},
      window_{setup.window.value_or(default_window)},
      versions_{static_cast<std::size_t>(dimension_) * sizeof(Scalar)},
      planner_{
          {.versions = versions_, .dimension = dimension_, .scalar_bytes = sizeof(Scalar), .threads = setup.threads}},
      workspaces_(static_cast<std::size_t>(setup.threads)),
      team_{setup.threads - 1, [this](int thread) { work(workspaces_[static_cast<std::size_t>(thread)]); }} {
  assert(setup.threads >= 1 && "an executor has at least one thread");
  assert(window_ >= 1 && "a window holds at least one operation");
}

template <class Scalar>
Executor<Scalar>::~Executor() = default;

template <class Scalar>
Params Executor<Scalar>::initial_params(NodeId node) {
  if (common_initial_params_ && common_) return common_;
  Params x = new_made_version();
  initialize_(node, static_cast<Scalar*>(x.version()->values));
  if (common_initial_params_) common_ = x;
  return x;
}

/// A version with memory of its own, which the caller fills instead of an operation.
template <class Scalar>
Params Executor<Scalar>::new_made_version() {
  finish();  // operations in execution may still read the memory that it will get
  Version* version = versions_.make(*this);
  version->values = versions_.take_values();
  return Params::adopt(version);
}

template <class Scalar>
Params Executor<Scalar>::gradient(NodeId node, std::uint64_t step, const Params& x) {
  nodes_ = std::max(nodes_, node + 1);
  const Term term{1.0, x.version()};
  return Params::adopt(record({.step = step, .node = node, .kind = Operation::Kind::gradient}, std::span{&term, 1}));
}

template <class Scalar>
Version* Executor<Scalar>::combine(std::span<const Term> terms) {
  return record({}, terms);
}

template <class Scalar>
Params Executor<Scalar>::ring_mean(std::span<const Params> parts) {
  std::vector<Term> terms;
  for (const Params& part : parts) terms.push_back({1.0 / static_cast<double>(parts.size()), part.version()});
  return Params::adopt(record({.kind = Operation::Kind::ring_mean}, terms));
}

template <class Scalar>
Version* Executor<Scalar>::record(Operation operation, std::span<const Term> terms) {
  assert(std::none_of(terms.begin(), terms.end(), [](const Term& term) { return term.version->encoded; }) &&
         "what a codec wrote is no vector before it is decoded");
  if (recorded_->window.size() >= window_) launch();
  operation.output = versions_.make(*this);
  recorded_->window.record(operation, terms);
  return operation.output;
}

template <class Scalar>
Params Executor<Scalar>::encode(const Codec& codec, const Params& x, const Draws& draws) {
  if (recorded_->window.size() >= window_) launch();
  const Term term{1.0, x.version()};
  Version* const output = versions_.make_encoded(*this, encoded_room(codec));
  recorded_->window.record({.output = output, .kind = Operation::Kind::encoding}, std::span{&term, 1},
                           {.codec = &codec, .draws = draws});
  return Params::adopt(output);
}

template <class Scalar>
Params Executor<Scalar>::decode(const Codec& codec, const Params& message, const Params& near) {
  if (recorded_->window.size() >= window_) launch();
  const std::array<Term, 2> terms{{{1.0, message.version()}, {1.0, near.version()}}};
  Version* const output = versions_.make(*this);
  recorded_->window.record({.output = output, .kind = Operation::Kind::decoding}, std::span{terms}.first(near ? 2 : 1),
                           {.codec = &codec, .draws = {0, Purpose::encoding}});
  return Params::adopt(output);
}

template <class Scalar>
std::size_t Executor<Scalar>::encoded_room(const Codec& codec) const {
  return sizeof(EncodedHead) + static_cast<std::size_t>(codec.room(dimension_, sizeof(Scalar)));
}

template <class Scalar>
void Executor<Scalar>::release(Version* version) {
  if (version->readers == 0 && version->producer < 0) versions_.destroy(version);
}

// ---------------------------------------------------------------------------------------------------------------------
// Execution.

template <class Scalar>
void Executor<Scalar>::flush() {
  launch();
  finish();
}

/// Plans the recorded window and starts its execution in the background, after the batch before.
template <class Scalar>
void Executor<Scalar>::launch() {
  if (recorded_->window.size() == 0) return;
  recorded_->window.drop_dead_operations(versions_);
  recorded_->groups.form(recorded_->window);
  planner_.plan(recorded_->window, recorded_->groups, recorded_->plan);
  recorded_->past_caches = versions_.bytes() > caches;
  recorded_->next_item = 0;
  finish();
  executed_ = std::exchange(recorded_, recorded_ == &batches_[0] ? &batches_[1] : &batches_[0]);
  if (executed_->plan.items.size() > 1) team_.start();
  if (!fixed_window_) window_ = window_for(static_cast<std::size_t>(nodes_), versions_.bytes_each());
}

/// Helps with the batch in execution until it is done.
template <class Scalar>
void Executor<Scalar>::finish() {
  if (!executed_) return;
  work(workspaces_.back());
  team_.finish();
  executed_->window.clear();
  executed_ = nullptr;
}

/// Takes items in order until none is left. All that an item waits for comes before it, hence has been taken.
template <class Scalar>
void Executor<Scalar>::work(Workspace& workspace) {
  Batch& batch = *executed_;
  const ExecutionPlan& plan = batch.plan;
  std::int32_t done = -1;  // all levels up to this one are done
  for (std::size_t k = batch.next_item++; k < plan.items.size(); k = batch.next_item++) {
    const ExecutionPlan::Item& item = plan.items[k];
    const auto level = static_cast<std::size_t>(batch.groups.level(item.group));
    for (; done < plan.barriers[level]; ++done)
      wait_until([&plan, done] { return all_done(plan.items_left[static_cast<std::size_t>(done) + 1]); });
    execute(batch, item, workspace);
    plan.items_left[level].fetch_sub(1, std::memory_order_release);
  }
}

/// Executes the operations of a group one after the other, or a part of its only operation. Other groups may read a
/// result as soon as it is made.
template <class Scalar>
void Executor<Scalar>::execute(const Batch& batch, const ExecutionPlan::Item& item, Workspace& workspace) const {
  if (item.blocks > 0) return execute_blocks(batch, item, workspace);
  const auto count = static_cast<std::size_t>(batch.plan.slots);
  const std::span<void*> slots{workspace.take<void*>(batch.plan.slots), count};
  std::fill(slots.begin(), slots.end(), nullptr);
  const Running running{batch, item, slots};
  const auto operations = batch.groups.operations(item.group);
  for (std::size_t k = 0; k < operations.size();) {
    const std::size_t together = k + 1 < operations.size() && batch.window[operations[k + 1]].joint ? 2 : 1;
    const auto next = operations.subspan(k, together);
    for (const std::int32_t position : next) wait_for_inputs(batch, batch.window[position]);
    if (together == 2 || batch.window[next[0]].kind == Operation::Kind::combination) {
      execute_sums(running, next, workspace);
    } else {
      execute(running, next[0], workspace);
    }
    for (const std::int32_t position : next)
      batch.plan.pieces_left[static_cast<std::size_t>(position)].fetch_sub(1, std::memory_order_release);
    k += together;
  }
  workspace.clear();
}

/// Executes a part of long sums that have most terms in common.
template <class Scalar>
void Executor<Scalar>::execute_blocks(const Batch& batch, const ExecutionPlan::Item& item, Workspace& workspace) const {
  const ExecutionPlan& plan = batch.plan;
  auto* const blocks = workspace.take<SumBlock<Scalar>>(static_cast<Index>(item.blocks));
  for (std::size_t b = 0; b < item.blocks; ++b) {
    const ExecutionPlan::Block& block = plan.blocks[item.first_block + b];
    auto* const terms = workspace.take<SharedTerm<Scalar>>(static_cast<Index>(block.terms));
    for (std::size_t t = 0; t < block.terms; ++t) {
      const ExecutionPlan::MergedTerm& term = plan.merged[block.first_term + t];
      wait_for(batch, term.producer);
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
  for (const std::int32_t position : batch.groups.operations(item.group))
    plan.pieces_left[static_cast<std::size_t>(position)].fetch_sub(1, std::memory_order_release);
  workspace.clear();
}

/// Waits for an operation of the window; −1 for none.
template <class Scalar>
void Executor<Scalar>::wait_for(const Batch& batch, std::int32_t producer) const {
  if (producer >= 0) wait_until([&] { return all_done(batch.plan.pieces_left[static_cast<std::size_t>(producer)]); });
}

template <class Scalar>
void Executor<Scalar>::wait_for_inputs(const Batch& batch, const Operation& operation) const {
  for (std::size_t t = operation.first_term; t < operation.first_term + operation.terms; ++t)
    wait_for(batch, batch.plan.inputs[t].producer);
}

template <class Scalar>
const void* Executor<Scalar>::values(const Running& running, const ExecutionPlan::Place& place) const {
  return place.slot >= 0 ? running.slots[static_cast<std::size_t>(place.slot)] : place.values;
}

/// The memory of a result. A slot gets its memory when an operation first writes to it.
template <class Scalar>
void* Executor<Scalar>::output(const Running& running, std::int32_t position, Workspace& workspace) const {
  const ExecutionPlan::Place& place = running.batch.plan.outputs[static_cast<std::size_t>(position)];
  if (place.slot < 0) return place.values;
  void*& memory = running.slots[static_cast<std::size_t>(place.slot)];
  if (memory) return memory;
  const Operation& operation = running.batch.window[position];
  if (operation.kind == Operation::Kind::encoding) {
    memory = workspace.take<std::byte>(static_cast<Index>(encoded_room(*running.batch.window.coding(operation).codec)));
  } else {
    memory = workspace.take<Scalar>(dimension_);
  }
  return memory;
}

template <class Scalar>
std::span<const ScaledVector<Scalar>> Executor<Scalar>::terms(const Running& running, const Operation& operation,
                                                              Workspace& workspace) const {
  auto* const sum = workspace.take<ScaledVector<Scalar>>(operation.terms);
  for (std::size_t t = 0; t < operation.terms; ++t) {
    const ExecutionPlan::Input& input = running.batch.plan.inputs[operation.first_term + t];
    sum[t] = {static_cast<Scalar>(input.coefficient), static_cast<const Scalar*>(values(running, input.place))};
  }
  return {sum, operation.terms};
}

/// Executes an operation that is no combination.
template <class Scalar>
void Executor<Scalar>::execute(const Running& running, std::int32_t position, Workspace& workspace) const {
  const Batch& batch = running.batch;
  const Operation& operation = batch.window[position];
  const auto sum = terms(running, operation, workspace);
  void* const memory = output(running, position, workspace);
  auto* const out = static_cast<Scalar*>(memory);
  if (operation.kind == Operation::Kind::gradient) {
    const auto next = next_gradient(running, position);
    const GradientAddress at{operation.node, operation.step};
    objective_.gradient_before(next.value_or(at), at, sum[0].values, out, workspace);
  } else if (operation.kind == Operation::Kind::ring_mean) {
    execute_ring_mean(sum, running.item.begin, running.item.end, out, workspace);
  } else if (operation.kind == Operation::Kind::decoding) {
    decode(*batch.window.coding(operation).codec, sum, out);
  } else {
    const Coding& coding = batch.window.coding(operation);
    encode_vector(*coding.codec, coding.draws, std::span{sum[0].values, static_cast<std::size_t>(dimension_)},
                  encoded_room(*coding.codec), static_cast<std::byte*>(memory));
  }
}

/// The gradient that this thread will probably compute next: the next one of the group, or the first one of the item
/// that it takes when the other threads have taken one each.
template <class Scalar>
std::optional<GradientAddress> Executor<Scalar>::next_gradient(const Running& running, std::int32_t position) const {
  const Batch& batch = running.batch;
  const auto first_after = [&](std::int32_t group, std::int32_t last) -> std::optional<GradientAddress> {
    for (const std::int32_t k : batch.groups.operations(group)) {
      const Operation& operation = batch.window[k];
      if (k > last && operation.kind == Operation::Kind::gradient)
        return GradientAddress{operation.node, operation.step};
    }
    return std::nullopt;
  };
  if (const auto own = first_after(running.item.group, position)) return own;
  const std::size_t taken = batch.next_item.load(std::memory_order_relaxed) + workspaces_.size() - 1;
  if (taken >= batch.plan.items.size()) return std::nullopt;
  return first_after(batch.plan.items[taken].group, -1);
}

/// Executes one combination, or two in one pass.
template <class Scalar>
void Executor<Scalar>::execute_sums(const Running& running, std::span<const std::int32_t> sums,
                                    Workspace& workspace) const {
  std::array<Assignment<Scalar>, 2> all;
  bool past_caches = false;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    const bool fresh = running.batch.plan.outputs[static_cast<std::size_t>(sums[k])].fresh;
    const auto sum = terms(running, running.batch.window[sums[k]], workspace);
    all[k] = {sum, static_cast<Scalar*>(output(running, sums[k], workspace)), running.batch.past_caches && fresh};
    past_caches = past_caches || all[k].past_caches;
  }
  const ExecutionPlan::Item& item = running.item;
  if (sums.size() == 1 && !past_caches) return linear_combination(all[0].terms, item.begin, item.end, all[0].out);
  assign(std::span<const Assignment<Scalar>>{all.data(), sums.size()}, item.begin, item.end);
}

/// The first term is the message. A second term is `near`, the receiver's vector.
template <class Scalar>
void Executor<Scalar>::decode(const Codec& codec, std::span<const ScaledVector<Scalar>> terms, Scalar* out) const {
  const auto d = static_cast<std::size_t>(dimension_);
  const std::span<const Scalar> near = terms.size() == 2 ? std::span{terms[1].values, d} : std::span<const Scalar>{};
  if (!decode_vector(codec, reinterpret_cast<const std::byte*>(terms[0].values), near, std::span{out, d}))
    decode_failures_.fetch_add(1, std::memory_order_relaxed);
}

/// Chunk k starts with the contribution of node k + 1 and ends with that of node k.
template <class Scalar>
void Executor<Scalar>::execute_ring_mean(std::span<const ScaledVector<Scalar>> terms, Index begin, Index end,
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

// ---------------------------------------------------------------------------------------------------------------------
// Queries, for which the control plane waits.

template <class Scalar>
const Scalar* Executor<Scalar>::read(const Params& x) {
  flush();
  return static_cast<const Scalar*>(x.version()->values);
}

template <class Scalar>
Bytes Executor<Scalar>::encoded_size(const Params& message) {
  flush();
  return head_of(message.version()->values).size.wire;
}

template <class Scalar>
std::uint64_t Executor<Scalar>::decode_failures() {
  flush();
  return decode_failures_;
}

template <class Scalar>
std::span<const std::byte> Executor<Scalar>::encoded(const Params& message) {
  flush();
  const void* const values = message.version()->values;
  return {static_cast<const std::byte*>(values),
          sizeof(EncodedHead) + static_cast<std::size_t>(head_of(values).size.stored)};
}

template <class Scalar>
Params Executor<Scalar>::adopt_encoded(std::span<const std::byte> message) {
  finish();  // operations in execution may still read the memory that it will get
  Version* const version = versions_.make_encoded(*this, static_cast<std::size_t>(head_of(message.data()).room));
  version->values = versions_.take_values(version->pool);
  std::memcpy(version->values, message.data(), message.size());
  return Params::adopt(version);
}

template <class Scalar>
double Executor<Scalar>::squared_norm(const Combination& sum) {
  const Params x = sum;
  return gossamer::squared_norm(read(x), dimension_);
}

template <class Scalar>
std::vector<double> Executor<Scalar>::values(const Params& x) {
  const Scalar* const first = read(x);
  return {first, first + dimension_};
}

template <class Scalar>
Params Executor<Scalar>::mean(std::span<const Params> models) {
  std::vector<Term> terms(models.size());
  for (std::size_t i = 0; i < models.size(); ++i)
    terms[i] = {1.0 / static_cast<double>(models.size()), models[i].version()};
  return Params::adopt(combine(terms));
}

template <class Scalar>
double Executor<Scalar>::consensus_distance(std::span<const Params> models, const Params& mean) {
  const Scalar* const center = read(mean);
  const auto count = static_cast<std::ptrdiff_t>(models.size());
  std::vector<double> distance(models.size());
#pragma omp parallel for num_threads(threads())
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto* const x = static_cast<const Scalar*>(models[static_cast<std::size_t>(i)].version()->values);
    distance[static_cast<std::size_t>(i)] = squared_distance(x, center, dimension_);
  }
  double sum = 0;
  for (const double d : distance) sum += d;
  return sum;
}

template <class Scalar>
std::optional<std::size_t> Executor<Scalar>::first_non_finite(std::span<const Params> models) {
  flush();
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto* const x = static_cast<const Scalar*>(models[i].version()->values);
    if (!std::isfinite(gossamer::squared_norm(x, dimension_))) return i;
  }
  return std::nullopt;
}

// ---------------------------------------------------------------------------------------------------------------------
// Raw coordinates, which are sent to other processes and received from them, and gradients on other threads.

template <class Scalar>
std::span<const std::byte> Executor<Scalar>::bytes(const Params& x) {
  return std::as_bytes(std::span{read(x), static_cast<std::size_t>(dimension_)});
}

template <class Scalar>
Params Executor<Scalar>::adopt(std::span<const std::byte> bytes) {
  assert(bytes.size() == static_cast<std::size_t>(dimension_) * sizeof(Scalar) && "a version has d coordinates");
  Params x = new_made_version();
  std::memcpy(x.version()->values, bytes.data(), bytes.size());
  return x;
}

template <class Scalar>
void Executor<Scalar>::combine_raw(std::span<const RawTerm> terms, std::span<std::byte> out) {
  assert(terms.size() <= terms_per_pass && "raw sums take one pass");
  std::array<ScaledVector<Scalar>, terms_per_pass> sum;
  for (std::size_t t = 0; t < terms.size(); ++t)
    sum[t] = {static_cast<Scalar>(terms[t].coefficient), reinterpret_cast<const Scalar*>(terms[t].values.data())};
  const auto count = static_cast<Index>(out.size() / sizeof(Scalar));
  linear_combination<Scalar>(std::span{sum.data(), terms.size()}, 0, count, reinterpret_cast<Scalar*>(out.data()));
}

template <class Scalar>
GradientJob Executor<Scalar>::prepare_gradient(NodeId node, std::uint64_t step, const Params& x) {
  const Scalar* const at = read(x);
  Params g = new_made_version();
  auto* const out = static_cast<Scalar*>(g.version()->values);
  const Objective<Scalar>* const objective = &objective_;
  return {.at = x, .result = std::move(g), .compute = [=](Workspace& workspace) {
            objective->gradient(node, step, at, out, workspace);
          }};
}

template class Executor<float>;
template class Executor<double>;

}  // namespace gossamer
