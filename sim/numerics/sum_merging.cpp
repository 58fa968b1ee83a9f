#include "sim/numerics/sum_merging.hpp"

#include <array>
#include <span>

namespace gossamer {
namespace {

using Inputs = std::span<const ExecutionPlan::Input>;

/// The sums of a block while their terms are merged.
class Merging {
 public:
  Merging(const OperationWindow& window, const ExecutionPlan& plan, std::span<const std::int32_t> operations)
      : sums_{operations.size()} {
    for (std::size_t s = 0; s < sums_; ++s) {
      const Operation& operation = window[operations[s]];
      left_[s] = Inputs{plan.inputs}.subspan(operation.first_term, operation.terms);
      untouched_ |= static_cast<std::uint8_t>(1U << s);
    }
  }

  bool done() const { return last_behind() == sums_; }

  /// Takes the vector that is next in most sums, or, if several are, one of the sum with most terms left.
  ExecutionPlan::MergedTerm next() {
    std::size_t best = last_behind();
    int most = count(best);
    for (std::size_t s = 0; s < sums_ && most < static_cast<int>(sums_); ++s) {
      if (left_[s].empty()) continue;
      if (const int here = count(s); here > most) {
        best = s;
        most = here;
      }
    }
    return take(left_[best].front());
  }

 private:
  /// The sum with most terms left; the number of sums if all are done.
  std::size_t last_behind() const {
    std::size_t behind = sums_, most = 0;
    for (std::size_t s = 0; s < sums_; ++s) {
      if (left_[s].size() <= most) continue;
      behind = s;
      most = left_[s].size();
    }
    return behind;
  }
  bool is_next(std::size_t sum, const void* values) const {
    return !left_[sum].empty() && left_[sum].front().place.values == values;
  }
  /// The number of sums whose next vector is that of sum `s`.
  int count(std::size_t s) const {
    int result = 0;
    for (std::size_t other = 0; other < sums_; ++other) result += is_next(other, left_[s].front().place.values);
    return result;
  }
  ExecutionPlan::MergedTerm take(const ExecutionPlan::Input& input) {
    ExecutionPlan::MergedTerm term{.values = input.place.values, .producer = input.producer};
    for (std::size_t s = 0; s < sums_; ++s) {
      if (!is_next(s, term.values)) continue;
      term.coefficients[s] = left_[s].front().coefficient;
      term.sums |= static_cast<std::uint8_t>(1U << s);
      left_[s] = left_[s].subspan(1);
    }
    term.first = term.sums & untouched_;
    untouched_ &= static_cast<std::uint8_t>(~term.sums);
    return term;
  }

  std::size_t sums_;
  std::array<Inputs, sums_of_a_block> left_;
  std::uint8_t untouched_ = 0;  ///< bit s: no term of sum s has been taken
};

}  // namespace

void merge_terms(const OperationWindow& window, ExecutionPlan& plan, ExecutionPlan::Block& block) {
  block.first_term = plan.merged.size();
  for (Merging merging{window, plan, block.operations}; !merging.done();) plan.merged.push_back(merging.next());
  block.terms = plan.merged.size() - block.first_term;
}

}  // namespace gossamer
