#pragma once
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace gossamer {

template <class Signature>
class SmallFunction;

/// A function, or none. It takes two words of memory, half as many as std::function. A callable that is one pointer, such
/// as a lambda that captures one reference, is stored in them.
template <class Result, class Argument>
class SmallFunction<Result(Argument)> {
 public:
  SmallFunction() = default;
  template <class Callable>
  explicit SmallFunction(Callable callable) : operations_{&operations<Callable>} {
    if constexpr (is_small<Callable>) {
      ::new (storage_) Callable{std::move(callable)};
    } else {
      ::new (storage_) Callable* {new Callable{std::move(callable)}};
    }
  }
  SmallFunction(SmallFunction&& other) noexcept { swap(other); }
  SmallFunction& operator=(SmallFunction other) noexcept {
    swap(other);
    return *this;
  }
  ~SmallFunction() {
    if (operations_) operations_->destroy(storage_);
  }

  explicit operator bool() const { return operations_ != nullptr; }

  /// Needs a callable.
  Result operator()(Argument argument) { return operations_->call(storage_, argument); }

 private:
  struct Operations {
    Result (*call)(std::byte* storage, Argument argument);
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
  static Result call(std::byte* storage, Argument argument) {
    return stored<Callable>(storage)(argument);
  }
  template <class Callable>
  static constexpr Operations operations{&call<Callable>, &destroy<Callable>};

  void swap(SmallFunction& other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(operations_, other.operations_);
  }

  alignas(void*) std::byte storage_[sizeof(void*)]{};  ///< the callable, or a pointer to it
  const Operations* operations_ = nullptr;
};

}  // namespace gossamer
