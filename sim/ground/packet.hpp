#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace gossamer {

/// Leaves new elements uninitialized if no value is given: the caller fills them.
template <class T>
struct UninitializedAllocator : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = UninitializedAllocator<U>;
  };

  template <class U, class... Values>
  void construct(U* where, Values&&... values) {
    if constexpr (sizeof...(Values) == 0) {
      ::new (static_cast<void*>(where)) U;
    } else {
      ::new (static_cast<void*>(where)) U(std::forward<Values>(values)...);
    }
  }
};

/// A packet between ranks: bytes that are sent at once. Setting them to zero first would be one more pass over a large
/// message's memory at each of its ends.
using Packet = std::vector<std::byte, UninitializedAllocator<std::byte>>;

inline void append(Packet& packet, std::span<const std::byte> bytes) {
  const std::size_t end = packet.size();
  packet.resize(end + bytes.size());
  std::copy(bytes.begin(), bytes.end(), packet.begin() + static_cast<std::ptrdiff_t>(end));
}
inline Packet packet_of(std::span<const std::byte> bytes) {
  Packet packet;
  append(packet, bytes);
  return packet;
}

}  // namespace gossamer
