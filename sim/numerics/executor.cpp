#include "sim/numerics/executor.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <memory>
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
      execution_{setup.objective, setup.threads},
      team_{setup.threads - 1,
            [this](int thread) { execution_.work(*executed_, workspaces_[static_cast<std::size_t>(thread)]); }} {
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

/// `what`: the function, if the operation is one.
template <class Scalar>
template <class... What>
Version* Executor<Scalar>::record(Operation operation, std::span<const Term> terms, What... what) {
  assert(std::none_of(terms.begin(), terms.end(), [](const Term& term) { return term.version->encoded; }) &&
         "what a codec wrote is no vector before it is decoded");
  if (recorded_->window.size() >= window_) launch();
  operation.output = versions_.make(*this);
  recorded_->window.record(operation, terms, std::move(what)...);
  return operation.output;
}

template <class Scalar>
Params Executor<Scalar>::apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) {
  std::vector<Term> terms;
  for (const Params& argument : arguments) terms.push_back({1.0, argument.version()});
  return Params::adopt(record({}, terms, std::move(function)));
}

template <class Scalar>
Params Executor<Scalar>::encode(const Codec& codec, const Params& x, const Draws& draws) {
  if (recorded_->window.size() >= window_) launch();
  const Term term{1.0, x.version()};
  Version* const output = versions_.make_encoded(*this, encoded_room<Scalar>(codec, dimension_));
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

/// Plans the recorded window and starts its execution in the background, after the window before.
template <class Scalar>
void Executor<Scalar>::launch() {
  if (recorded_->window.size() == 0) return;
  recorded_->window.drop_dead_operations(versions_);
  recorded_->groups.form(recorded_->window);
  planner_.plan(recorded_->window, recorded_->groups, recorded_->plan);
  recorded_->past_caches = versions_.bytes() > caches;
  recorded_->next_item = 0;
  finish();
  executed_ = std::exchange(recorded_, recorded_ == &windows_[0] ? &windows_[1] : &windows_[0]);
  if (executed_->plan.items.size() > 1) team_.start();
  if (!fixed_window_) window_ = window_for(static_cast<std::size_t>(nodes_), versions_.bytes_each());
}

/// Helps with the window in execution until it is done.
template <class Scalar>
void Executor<Scalar>::finish() {
  if (!executed_) return;
  execution_.work(*executed_, workspaces_.back());
  team_.finish();
  executed_->window.clear();
  executed_ = nullptr;
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
  return execution_.decode_failures();
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
std::vector<std::vector<double>> Executor<Scalar>::summarize(std::span<const Summary> summaries) {
  flush();
  const auto count = static_cast<std::ptrdiff_t>(summaries.size());
  std::vector<std::vector<double>> numbers(summaries.size());
#pragma omp parallel for num_threads(threads()) schedule(dynamic) if (count > 1)
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    const Summary& one = summaries[static_cast<std::size_t>(k)];
    std::vector<std::span<const Scalar>> vectors;
    for (const Params& x : one.of)
      vectors.emplace_back(static_cast<const Scalar*>(x.version()->values), static_cast<std::size_t>(dimension_));
    std::vector<double>& result = numbers[static_cast<std::size_t>(k)];
    result.resize(one.function->size());
    one.function->summarize(vectors, result);
  }
  return numbers;
}

template <class Scalar>
Params Executor<Scalar>::with_values(std::span<const double> values) {
  Params x = new_made_version();
  std::transform(values.begin(), values.end(), static_cast<Scalar*>(x.version()->values),
                 [](double value) { return static_cast<Scalar>(value); });
  return x;
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

template <class Scalar>
GradientJob Executor<Scalar>::prepare_newton_direction(NodeId node, const Params& x, const Params& g) {
  const Scalar* const at = read(x);
  const auto* const of = static_cast<const Scalar*>(g.version()->values);
  Params p = new_made_version();
  auto* const out = static_cast<Scalar*>(p.version()->values);
  const Objective<Scalar>* const objective = &objective_;
  return {.at = x, .result = std::move(p), .compute = [=, keep = g](Workspace& workspace) {
            objective->newton_direction(node, at, of, out, workspace);
          }};
}

template <class Scalar>
Params Executor<Scalar>::newton_direction(NodeId node, const Params& x, const Params& g) {
  GradientJob job = prepare_newton_direction(node, x, g);
  job.compute(workspaces_.back());
  workspaces_.back().clear();
  return std::move(job.result);
}

template <class Scalar>
double Executor<Scalar>::loss(NodeId node, const Params& x) {
  const double loss = objective_.loss(node, read(x), workspaces_.back());
  workspaces_.back().clear();
  return loss;
}

template class Executor<float>;
template class Executor<double>;

}  // namespace gossamer
