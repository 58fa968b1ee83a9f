#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

namespace gossamer {

inline constexpr std::size_t cache_line = 64;
inline constexpr std::size_t huge_page = std::size_t{1} << 21;

/// Memory for `bytes` bytes, rounded up to huge pages and aligned to one. The system is asked to use huge pages: a
/// large cluster is accessed in random order, and page walks would cost as much as the data. Free it with `std::free`.
/// Throws std::bad_alloc.
void* allocate_huge_pages(std::size_t bytes);

/// Asks the system to use huge pages for those of `memory` that nobody has written yet.
void prefer_huge_pages(std::span<std::byte> memory);

/// An allocator that uses huge pages for memory larger than one, and the usual allocation for the rest.
template <class T>
struct HugePages {
  using value_type = T;

  HugePages() = default;
  template <class U>
  HugePages(const HugePages<U>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    return static_cast<T*>(bytes >= huge_page ? allocate_huge_pages(bytes) : ::operator new(bytes, alignment));
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) >= huge_page) {
      std::free(memory);
    } else {
      ::operator delete(memory, alignment);
    }
  }
  bool operator==(const HugePages&) const = default;

 private:
  static constexpr std::align_val_t alignment{alignof(T)};
};

/// Small pieces of memory that live as long as the arena, placed one after the other in large slabs.
class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Aligned to 16 bytes.
  void* take(std::size_t bytes);

  /// Makes room for that many pieces of that size, so that no memory is left over.
  void reserve(std::size_t pieces, std::size_t bytes_each);

 private:
  static std::size_t rounded(std::size_t bytes) { return (bytes + 15) / 16 * 16; }
  void add_slab(std::size_t bytes);

  std::vector<void*> slabs_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace gossamer
