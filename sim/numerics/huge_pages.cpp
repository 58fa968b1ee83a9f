#include "sim/numerics/huge_pages.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <new>

namespace gossamer {
namespace {

constexpr std::size_t smallest_slab = std::size_t{1} << 14;

}  // namespace

void* allocate_huge_pages(std::size_t bytes) {
  bytes = (bytes + huge_page - 1) / huge_page * huge_page;
  void* const memory = std::aligned_alloc(huge_page, bytes);
  if (!memory) throw std::bad_alloc{};
  madvise(memory, bytes, MADV_DONTNEED);  // memory that was used before would keep its small pages
  madvise(memory, bytes, MADV_HUGEPAGE);  // a hint that the system may decline
  return memory;
}

void prefer_huge_pages(std::span<std::byte> memory) {
  void* first = memory.data();
  std::size_t bytes = memory.size();
  if (!std::align(huge_page, huge_page, first, bytes)) return;
  madvise(first, bytes / huge_page * huge_page, MADV_HUGEPAGE);  // a hint that the system may decline
}

Arena::~Arena() {
  for (void* slab : slabs_) std::free(slab);
}

// Each slab is twice as large as the one before: small clusters need little memory, large ones use huge pages.
void* Arena::take(std::size_t bytes) {
  bytes = rounded(bytes);
  if (bytes > left_) add_slab(std::max(bytes, smallest_slab << std::min<std::size_t>(slabs_.size(), 7)));
  void* const piece = next_;
  next_ += bytes;
  left_ -= bytes;
  return piece;
}

void Arena::reserve(std::size_t pieces, std::size_t bytes_each) {
  const std::size_t bytes = pieces * rounded(bytes_each);
  if (bytes > left_) add_slab(bytes);
}

void Arena::add_slab(std::size_t bytes) {
  slabs_.push_back(bytes >= huge_page ? allocate_huge_pages(bytes) : std::malloc(bytes));
  if (!slabs_.back()) throw std::bad_alloc{};
  next_ = static_cast<std::byte*>(slabs_.back());
  left_ = bytes;
}

}  // namespace gossamer
