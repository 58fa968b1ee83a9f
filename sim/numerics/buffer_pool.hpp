#pragma once
#include <cstddef>
#include <vector>

namespace gossamer {

/// Buffers of equal length, aligned to a cache line, cut from large slabs and reused in the order last in, first out.
class BufferPool {
 public:
  explicit BufferPool(std::size_t bytes_each);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  void* take();
  void give_back(void* buffer) { free_.push_back(buffer); }

  /// The size of all slabs in bytes. It never shrinks.
  std::size_t bytes() const { return slabs_.size() * slab_bytes_; }

 private:
  std::size_t stride_;
  std::size_t slab_bytes_;
  std::vector<void*> slabs_;
  std::vector<void*> free_;
};

}  // namespace gossamer
