#include "sim/numerics/functions/choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace gossamer {

template <class Scalar>
void RangeChoice::values(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value) const {
  const auto copy = [value](const Scalar* from, Index begin, Index end) {
    if (from != value && begin < end) std::copy(from + begin, from + end, value + begin);
  };
  Index done = range.begin;
  for (const CoordinateRange& chosen : ranges_) {
    const Index begin = std::clamp(chosen.begin, done, range.end), end = std::clamp(chosen.end, done, range.end);
    copy(arguments[1], done, begin);
    copy(arguments[0], begin, end);
    done = end;
  }
  copy(arguments[1], done, range.end);
}

template <class Scalar>
void PartChoice::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                         Workspace&) const {
  const auto begin_of = [&](Index part) { return (part * range.end + parts_ - 1) / parts_; };
  RangeChoice{{{begin_of(part_), begin_of(part_ + 1)}}}.values(arguments, range, value);
}

template <class Scalar>
void RandomChoice::compute(std::span<const Scalar* const> arguments, CoordinateRange range, Scalar* value,
                           Workspace&) const {
  constexpr Index at_once = 1024;
  std::array<std::uint32_t, at_once> words;
  const auto threshold = static_cast<std::uint64_t>(std::llround(probability_ * 0x1p32));
  Draws draws = draws_;
  for (Index start = range.begin; start < range.end; start += at_once) {
    const Index length = std::min(at_once, range.end - start);
    draws.fill({words.data(), static_cast<std::size_t>(length)});
    const Scalar* const a = arguments[0] + start;
    const Scalar* const b = arguments[1] + start;
    for (Index k = 0; k < length; ++k) value[start + k] = words[static_cast<std::size_t>(k)] < threshold ? a[k] : b[k];
  }
}

template void RangeChoice::values(std::span<const float* const>, CoordinateRange, float*) const;
template void RangeChoice::values(std::span<const double* const>, CoordinateRange, double*) const;
template void PartChoice::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void PartChoice::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;
template void RandomChoice::compute(std::span<const float* const>, CoordinateRange, float*, Workspace&) const;
template void RandomChoice::compute(std::span<const double* const>, CoordinateRange, double*, Workspace&) const;

}  // namespace gossamer
