#include "sim/numerics/objective.hpp"

#include <algorithm>

#include "sim/numerics/huge_pages.hpp"

namespace gossamer {

void Workspace::clear() {
  block_ = 0;
  used_ = 0;
}

void* Workspace::take_bytes(std::size_t bytes) {
  bytes = (bytes + cache_line - 1) / cache_line * cache_line;
  while (block_ < blocks_.size() && used_ + bytes + cache_line > blocks_[block_].size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t size = std::max<std::size_t>(bytes + cache_line, std::size_t{1} << 16);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    used_ = 0;
  }
  std::byte* const base = blocks_[block_].memory.get();
  const auto skew = reinterpret_cast<std::uintptr_t>(base) % cache_line;
  std::byte* const start = base + (skew == 0 ? 0 : cache_line - skew) + used_;
  used_ += bytes;
  return start;
}

}  // namespace gossamer
