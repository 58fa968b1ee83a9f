#include "sim/numerics/operation_window.hpp"

#include <algorithm>
#include <cassert>

#include "sim/numerics/linear_combination.hpp"

namespace gossamer {
namespace {

/// Longer chains of absorbed operations are cut, which bounds the depth of recursion.
constexpr std::uint16_t deepest_group = 16;

}  // namespace

OperationWindow::OperationWindow(std::size_t capacity) : capacity_{capacity} {
  assert(capacity >= 1 && "a window holds at least one operation");
}

void OperationWindow::record(Operation operation, std::span<const Term> terms) {
  operation.first_term = static_cast<std::uint32_t>(terms_.size());
  operation.terms = static_cast<std::uint32_t>(terms.size());
  operation.output->producer = static_cast<std::int32_t>(operations_.size());
  for (const Term& term : terms) ++term.version->readers;
  terms_.insert(terms_.end(), terms.begin(), terms.end());
  operations_.push_back(operation);
}

void OperationWindow::record(Operation operation, std::span<const Term> terms, const Coding& coding) {
  operation.step = codings_.size();
  codings_.push_back(coding);
  record(operation, terms);
}

void OperationWindow::close(VersionStore& versions) {
  drop_dead_operations(versions);
  for (std::size_t k = 0; k < operations_.size(); ++k)
    if (operations_[k].role != Operation::Role::dead) join(static_cast<std::int32_t>(k));
  sort_by_level();
}

void OperationWindow::clear() {
  operations_.clear();
  terms_.clear();
  codings_.clear();
}

std::span<const std::int32_t> OperationWindow::heads(std::int32_t level) const {
  const auto first = level_start_[static_cast<std::size_t>(level)];
  return std::span{heads_}.subspan(first, level_start_[static_cast<std::size_t>(level) + 1] - first);
}

/// Whether an operation has an effect beside its result: a decoding may count a failure.
bool OperationWindow::has_side_effect(const Operation& operation) const {
  return operation.kind == Operation::Kind::decoding && coding(operation).codec->detects_failures();
}

void OperationWindow::drop_dead_operations(VersionStore& versions) {
  for (auto operation = operations_.rbegin(); operation != operations_.rend(); ++operation) {
    if (operation->output->handles > 0 || operation->output->readers > 0 || has_side_effect(*operation)) continue;
    operation->role = Operation::Role::dead;
    versions.recycle(operation->output);  // it has no values yet
    for (const Term& term : terms(*operation)) {
      Version& input = *term.version;
      if (--input.readers == 0 && input.handles == 0 && input.producer < 0) versions.destroy(&input);
    }
  }
}

std::size_t OperationWindow::reads(const Operation& operation, const Version& version) const {
  const auto all = terms(operation);
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Term& term) { return term.version == &version; }));
}

/// Sets the level and the group of an operation. All operations before it must have theirs.
void OperationWindow::join(std::int32_t position) {
  Operation& operation = (*this)[position];
  std::int32_t others = 0;  // the lowest level above all operations for which it waits
  std::int32_t own = -1;    // the highest level of the operations that it could absorb
  for (const Term& term : terms(operation)) {
    if (term.version->producer < 0) continue;
    Operation& producer = (*this)[term.version->producer];
    producer.read = true;
    if (is_absorbable(producer, operation)) {
      own = std::max(own, producer.level);
    } else {
      others = std::max(others, producer.level + 1);
    }
  }
  // Operations that would have to wait for others start alone: this is faster.
  const bool alone = own < 0 || others > own + 1;
  operation.level = std::max(others, alone ? own + 1 : own);
  if (!alone) absorb(operation);
  find_companion(position);
}

/// Whether `reader` is the only reader of the result of `producer`.
bool OperationWindow::is_absorbable(const Operation& producer, const Operation& reader) const {
  const Version& version = *producer.output;
  return producer.depth < deepest_group && producer.companion < 0 && producer.role != Operation::Role::companion &&
         version.handles == 0 && reads(reader, version) == version.readers;
}

void OperationWindow::absorb(Operation& operation) {
  std::int32_t* tail = &operation.first_absorbed;
  for (const Term& term : terms(operation)) {
    if (term.version->producer < 0) continue;
    Operation& producer = (*this)[term.version->producer];
    if (producer.role != Operation::Role::head || !is_absorbable(producer, operation)) continue;
    producer.role = Operation::Role::absorbed;
    operation.depth = std::max(operation.depth, static_cast<std::uint16_t>(producer.depth + 1));
    *tail = term.version->producer;
    tail = &producer.next_absorbed;
  }
}

/// Makes an earlier combination that reads the same versions a companion; the two sides of an averaging are an example.
/// One pass over memory then serves both, and each may overwrite a vector that the other reads.
void OperationWindow::find_companion(std::int32_t position) {
  Operation& operation = (*this)[position];
  if (operation.kind == Operation::Kind::combination && operation.terms <= terms_per_pass) {
    for (const Term& term : terms(operation)) {
      const std::int32_t earlier = term.version->last_reader;
      if (earlier < 0 || earlier >= position || !is_companion_of((*this)[earlier], operation)) continue;
      (*this)[earlier].role = Operation::Role::companion;
      (*this)[earlier].level = operation.level;
      operation.companion = earlier;
      break;
    }
  }
  for (const Term& term : terms(operation)) term.version->last_reader = position;
}

/// No operation may have read its result yet: the level of such a reader would now be too low. An operation that has
/// absorbed others stays a head, since another thread can then execute it.
bool OperationWindow::is_companion_of(const Operation& other, const Operation& operation) const {
  if (other.role != Operation::Role::head || other.kind != Operation::Kind::combination ||
      other.terms > terms_per_pass || other.first_absorbed >= 0 || other.companion >= 0 || other.read ||
      other.level > operation.level)
    return false;
  constexpr int worthwhile = 2;
  int common = 0;
  const auto all = terms(other);
  for (auto term = all.begin(); term != all.end(); ++term) {
    const auto same = [&](const Term& earlier) { return earlier.version == term->version; };
    const bool seen = std::any_of(all.begin(), term, same);
    common += !seen && reads(operation, *term->version) > 0;
  }
  return common >= worthwhile;
}

void OperationWindow::sort_by_level() {
  const auto is_head = [](const Operation& operation) { return operation.role == Operation::Role::head; };
  std::int32_t levels = 0;
  for (const Operation& operation : operations_)
    if (is_head(operation)) levels = std::max(levels, operation.level + 1);
  level_start_.assign(static_cast<std::size_t>(levels) + 1, 0);
  for (const Operation& operation : operations_)
    if (is_head(operation)) ++level_start_[static_cast<std::size_t>(operation.level) + 1];
  for (std::size_t k = 1; k < level_start_.size(); ++k) level_start_[k] += level_start_[k - 1];
  heads_.resize(level_start_.back());
  auto next = level_start_;
  for (std::size_t k = 0; k < operations_.size(); ++k)
    if (is_head(operations_[k]))
      heads_[next[static_cast<std::size_t>(operations_[k].level)]++] = static_cast<std::int32_t>(k);
}

}  // namespace gossamer
