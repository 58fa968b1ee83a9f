#include "sim/numerics/buffer_pool.hpp"

#include <algorithm>
#include <cstdlib>

#include "sim/numerics/huge_pages.hpp"

namespace gossamer {
namespace {

std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

// One extra cache line between buffers: else the same coordinate of different models would share a cache set.
BufferPool::BufferPool(std::size_t bytes_each)
    : stride_{round_up(std::max<std::size_t>(bytes_each, 1), cache_line) + cache_line},
      slab_bytes_{round_up(stride_, huge_page)} {}

BufferPool::~BufferPool() {
  for (void* slab : slabs_) std::free(slab);
}

void* BufferPool::take() {
  if (free_.empty()) {
    void* const slab = allocate_huge_pages(slab_bytes_);
    slabs_.push_back(slab);
    for (std::size_t offset = slab_bytes_ / stride_; offset-- > 0;)
      free_.push_back(static_cast<std::byte*>(slab) + offset * stride_);
  }
  void* buffer = free_.back();
  free_.pop_back();
  return buffer;
}

}  // namespace gossamer
