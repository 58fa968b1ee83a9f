#include "sim/numerics/summaries/by_ranges.hpp"

#include <utility>

namespace gossamer {
namespace {

class SummaryByRanges final : public SummaryOf<SummaryByRanges> {
 public:
  SummaryByRanges(std::shared_ptr<const VectorSummary> summary, std::vector<CoordinateRange> ranges)
      : summary_{std::move(summary)}, ranges_{std::move(ranges)} {}

  std::size_t size() const override { return ranges_.size() * summary_->size(); }

  template <class Scalar>
  void numbers_of(std::span<const std::span<const Scalar>> vectors, std::span<double> numbers) const {
    std::vector<std::span<const Scalar>> parts(vectors.size());
    for (std::size_t r = 0; r < ranges_.size(); ++r) {
      const auto begin = static_cast<std::size_t>(ranges_[r].begin), end = static_cast<std::size_t>(ranges_[r].end);
      for (std::size_t v = 0; v < vectors.size(); ++v) parts[v] = vectors[v].subspan(begin, end - begin);
      const std::span<const std::span<const Scalar>> of_range{parts};
      summary_->summarize(of_range, numbers.subspan(r * summary_->size(), summary_->size()));
    }
  }

 private:
  std::shared_ptr<const VectorSummary> summary_;
  std::vector<CoordinateRange> ranges_;
};

}  // namespace

std::shared_ptr<const VectorSummary> summary_by_ranges(std::shared_ptr<const VectorSummary> summary,
                                                       std::vector<CoordinateRange> ranges) {
  return std::make_shared<const SummaryByRanges>(std::move(summary), std::move(ranges));
}

}  // namespace gossamer
