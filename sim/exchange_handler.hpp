#pragma once
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "sim/encoded.hpp"

namespace gossamer {

/// The function with which a node answers exchanges, or none. It takes two words of the node's memory, half as many as
/// std::function. A callable that is one pointer, such as a lambda that captures one reference, is stored in them.
class ExchangeHandler {
 public:
  ExchangeHandler() = default;
  template <class Callable>
  explicit ExchangeHandler(Callable callable) : operations_{&operations<Callable>} {
    if constexpr (is_small<Callable>) {
      ::new (storage_) Callable{std::move(callable)};
    } else {
      ::new (storage_) Callable* {new Callable{std::move(callable)}};
    }
  }
  ExchangeHandler(ExchangeHandler&& other) noexcept { swap(other); }
  ExchangeHandler& operator=(ExchangeHandler other) noexcept {
    swap(other);
    return *this;
  }
  ~ExchangeHandler() {
    if (operations_) operations_->destroy(storage_);
  }

  explicit operator bool() const { return operations_ != nullptr; }

  /// Needs a callable.
  Encoded operator()(const Encoded& theirs) { return operations_->call(storage_, theirs); }

 private:
  struct Operations {
    Encoded (*call)(std::byte* storage, const Encoded& theirs);
    void (*destroy)(std::byte* storage);
  };

  template <class Callable>
  static constexpr bool is_small = sizeof(Callable) <= sizeof(void*) && std::is_trivially_copyable_v<Callable>;

  template <class Callable>
  static Callable& stored(std::byte* storage) {
    if constexpr (is_small<Callable>) {
      return *std::launder(reinterpret_cast<Callable*>(storage));
    } else {
      return **std::launder(reinterpret_cast<Callable**>(storage));
    }
  }
  template <class Callable>
  static void destroy(std::byte* storage) {
    if constexpr (!is_small<Callable>) delete &stored<Callable>(storage);
  }
  template <class Callable>
  static Encoded call(std::byte* storage, const Encoded& theirs) {
    return stored<Callable>(storage)(theirs);
  }
  template <class Callable>
  static constexpr Operations operations{&call<Callable>, &destroy<Callable>};

  void swap(ExchangeHandler& other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(operations_, other.operations_);
  }

  alignas(void*) std::byte storage_[sizeof(void*)]{};  ///< the callable, or a pointer to it
  const Operations* operations_ = nullptr;
};

}  // namespace gossamer
