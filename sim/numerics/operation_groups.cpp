#include "sim/numerics/operation_groups.hpp"

#include <algorithm>
#include <cassert>

#include "sim/numerics/linear_combination.hpp"

namespace gossamer {
namespace {

/// The number of operations of a group at most. Longer groups gain nothing, and threads would wait for them.
constexpr std::uint32_t largest_group = 32;

/// The number of groups of a level at most. Longer levels are cut: memory that a level no longer reads is free only
/// after its end.
constexpr std::uint32_t largest_level = 1024;

/// Values of `read_by_`.
constexpr std::int32_t nobody = -1;
constexpr std::int32_t several = -2;

bool reads(const OperationWindow& window, const Operation& operation, const Version* version) {
  const auto all = window.terms(operation);
  return std::any_of(all.begin(), all.end(), [&](const Term& term) { return term.version == version; });
}

/// Whether one pass over memory serves two sums: they have vectors in common, as the two sides of an averaging have.
bool share_a_pass(const OperationWindow& window, const Operation& first, const Operation& second) {
  const auto in_one_pass = [](const Operation& operation) {
    return operation.kind == Operation::Kind::combination && operation.terms <= terms_per_pass;
  };
  if (!in_one_pass(first) || !in_one_pass(second) || reads(window, second, first.output)) return false;
  constexpr int worthwhile = 2;
  int common = 0;
  const auto all = window.terms(first);
  for (auto term = all.begin(); term != all.end(); ++term) {
    const bool seen = std::any_of(all.begin(), term, [&](const Term& t) { return t.version == term->version; });
    common += !seen && reads(window, second, term->version);
  }
  return common >= worthwhile;
}

}  // namespace

template <class ListOf>
void OperationGroups::Lists::sort(std::size_t lists, std::size_t numbers, ListOf list_of) {
  start_.assign(lists + 1, 0);
  for (std::size_t k = 0; k < numbers; ++k)
    if (const std::int32_t list = list_of(k); list >= 0) ++start_[static_cast<std::size_t>(list) + 1];
  for (std::size_t l = 1; l < start_.size(); ++l) start_[l] += start_[l - 1];
  numbers_.resize(start_.back());
  next_ = start_;
  for (std::size_t k = 0; k < numbers; ++k)
    if (const std::int32_t list = list_of(k); list >= 0)
      numbers_[next_[static_cast<std::size_t>(list)]++] = static_cast<std::int32_t>(k);
}

void OperationGroups::form(OperationWindow& window) {
  groups_.clear();
  last_long_ = -1;
  const auto count = static_cast<std::int32_t>(window.size());
  for (std::int32_t k = 0; k < count; ++k)
    if (window[k].group >= 0) join(window, k);
  read_by_.assign(window.size(), nobody);
  groups_of_level_.clear();
  for (const Group& group : groups_) {
    groups_of_level_.resize(std::max(groups_of_level_.size(), static_cast<std::size_t>(group.level) + 1));
    ++groups_of_level_[static_cast<std::size_t>(group.level)];
  }
  for (std::int32_t k = count - 1; k >= 0; --k)
    if (window[k].group >= 0) move_to_reader(window, k);

  members_.sort(groups_.size(), window.size(), [&](std::size_t k) { return window.operations()[k].group; });
  sort_by_level();
  for (std::int32_t group = 0; group < static_cast<std::int32_t>(groups_.size()); ++group) mark_joint(window, group);
}

void OperationGroups::sort_by_level() {
  std::int32_t levels = 0;
  for (const Group& group : groups_) levels = std::max(levels, group.size > 0 ? group.level + 1 : 0);
  const auto level_of = [&](std::size_t g) { return groups_[g].size > 0 ? groups_[g].level : -1; };
  by_level_.sort(static_cast<std::size_t>(levels), groups_.size(), level_of);
  std::int32_t number = 0;
  for (std::int32_t level = 0; level < levels; ++level, ++number) {
    std::uint32_t size = 0;
    for (const std::int32_t group : by_level_[level]) {
      if (size == largest_level) {
        size = 0;
        ++number;
      }
      at(group).level = number;
      ++size;
    }
  }
  by_level_.sort(static_cast<std::size_t>(number), groups_.size(), level_of);
}

/// Adds an operation to the group from which it reads, or to one that reads the same vectors, or to a new one. All
/// operations before it have their groups.
void OperationGroups::join(OperationWindow& window, std::int32_t position) {
  Operation& operation = window[position];
  const Sources from = sources(window, operation);
  std::int32_t group = companions(window, position, from);
  if (group < 0 && from.level > from.others && admits(from.highest, operation)) group = from.highest;
  if (group < 0) {
    group = static_cast<std::int32_t>(groups_.size());
    groups_.push_back({.level = from.level + 1, .complete = is_long(operation)});
  }
  add(group, operation);
  for (const Term& term : window.terms(operation)) term.version->last_reader = position;
  if (is_long(operation) && operation.kind == Operation::Kind::combination) last_long_ = position;
}

OperationGroups::Sources OperationGroups::sources(const OperationWindow& window, const Operation& operation) const {
  Sources from;
  for (const Term& term : window.terms(operation)) {
    if (term.version->producer < 0) continue;
    const std::int32_t group = window[term.version->producer].group;
    if (group == from.highest) continue;
    if (at(group).level > from.level) {
      from.others = from.level;
      from.level = at(group).level;
      from.highest = group;
    } else {
      from.others = std::max(from.others, at(group).level);
    }
  }
  return from;
}

/// The group of an earlier sum of the same vectors, if this operation can join it; −1 if there is none.
std::int32_t OperationGroups::companions(const OperationWindow& window, std::int32_t position,
                                         const Sources& from) const {
  const Operation& operation = window[position];
  if (is_long(operation)) return similar_sums(window, position, from);
  if (operation.kind != Operation::Kind::combination || operation.terms > terms_per_pass) return -1;
  for (const Term& term : window.terms(operation)) {
    const std::int32_t earlier = term.version->last_reader;
    if (earlier < 0 || earlier >= position) continue;  // a position in an earlier window is checked like any other
    const Operation& other = window[earlier];
    if (other.group < 0) continue;
    const std::int32_t below = other.group == from.highest ? from.others : from.level;
    if (at(other.group).level > below && admits(other.group, operation) && share_a_pass(window, other, operation))
      return other.group;
  }
  return -1;
}

/// The group of the latest long sum, if it shares most of its terms with this one; −1 otherwise.
std::int32_t OperationGroups::similar_sums(const OperationWindow& window, std::int32_t position,
                                           const Sources& from) const {
  const auto terms = window.terms(window[position]);
  if (window[position].kind != Operation::Kind::combination || last_long_ < 0) return -1;
  const std::int32_t group = window[last_long_].group;
  if (at(group).level <= from.level || at(group).size >= largest_group) return -1;
  const auto shared = std::count_if(terms.begin(), terms.end(),
                                    [&](const Term& term) { return term.version->last_reader == last_long_; });
  return 4 * shared >= 3 * std::ssize(terms) ? group : -1;
}

/// Whether an operation may join a group. A group computes gradients of one node only, so that others can be computed
/// at the same time.
bool OperationGroups::admits(std::int32_t group, const Operation& operation) const {
  const Group& to = at(group);
  return !to.complete && to.size < largest_group && !is_long(operation) &&
         (operation.kind != Operation::Kind::gradient || to.node < 0 || to.node == operation.node);
}

/// Whether an operation may move to the group of its reader. If a level has few groups, threads would have to wait: then
/// the reader must be near, and gradients of several nodes stay apart.
bool OperationGroups::admits_from(std::int32_t group, std::int32_t reader, const Operation& operation) const {
  constexpr std::int32_t near = 2;
  constexpr std::uint32_t cheap = 4;  // terms that the reader may have to read in place of one
  const Group& to = at(reader);
  if (to.complete || to.size >= 2 * largest_group || operation.terms > cheap || is_long(operation)) return false;
  if (!is_wide(at(group).level) && to.level > at(group).level + near) return false;
  return operation.kind != Operation::Kind::gradient || to.node < 0 || to.node == operation.node || is_wide(to.level);
}

bool OperationGroups::is_wide(std::int32_t level) const {
  constexpr std::uint32_t enough = 128;
  return groups_of_level_[static_cast<std::size_t>(level)] >= enough;
}

void OperationGroups::add(std::int32_t group, Operation& operation) {
  operation.group = group;
  ++at(group).size;
  if (operation.kind == Operation::Kind::gradient) at(group).node = operation.node;
}

/// Moves an operation to the group that reads its result, if there is only one: the result then needs no memory. All
/// readers are in their final groups.
void OperationGroups::move_to_reader(OperationWindow& window, std::int32_t position) {
  Operation& operation = window[position];
  const std::int32_t reader = read_by_[static_cast<std::size_t>(position)];
  const bool kept = operation.output->handles > 0;
  if (!kept && reader >= 0 && reader != operation.group && admits_from(operation.group, reader, operation)) {
    --at(operation.group).size;
    add(reader, operation);
  }
  operation.internal = !kept && reader == operation.group;
  for (const Term& term : window.terms(operation)) {
    if (term.version->producer < 0) continue;
    std::int32_t& readers = read_by_[static_cast<std::size_t>(term.version->producer)];
    readers = readers == nobody || readers == operation.group ? operation.group : several;
  }
}

/// Marks sums that are executed together with the one before. Either may overwrite a vector that both read.
void OperationGroups::mark_joint(OperationWindow& window, std::int32_t group) const {
  const auto members = operations(group);
  for (std::size_t k = 1; k < members.size(); ++k) {
    const Operation& before = window[members[k - 1]];
    window[members[k]].joint = !before.joint && share_a_pass(window, before, window[members[k]]);
  }
}

}  // namespace gossamer
