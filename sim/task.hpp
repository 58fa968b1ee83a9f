#pragma once
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace gossamer {

class Node;

/// Memory for coroutine frames. It lives as long as the node's world.
void* frame_memory(Node& node, std::size_t bytes);

/// A node's program: a coroutine that starts suspended. Its world resumes it; `resume` rethrows its exceptions.
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { failure = std::current_exception(); }

    // Frames are allocated one after the other in memory of the node's world. The node is the program's first argument,
    // or the second one if the program is a lambda.
    template <class... Rest>
    static void* operator new(std::size_t bytes, Node& node, const Rest&...) {
      return frame_memory(node, bytes);
    }
    template <class Lambda, class... Rest>
    static void* operator new(std::size_t bytes, const Lambda&, Node& node, const Rest&...) {
      return frame_memory(node, bytes);
    }
    static void operator delete(void*, std::size_t) {}

    std::exception_ptr failure;
    std::coroutine_handle<> innermost = std::coroutine_handle<promise_type>::from_promise(*this);  ///< see `Part`
    std::coroutine_handle<>* program() { return &innermost; }
  };

  Task() = default;
  Task(Task&& other) noexcept : frame_{std::exchange(other.frame_, {})} {}
  Task& operator=(Task other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  /// Runs the program to its next `co_await` or to its end. Throws what the program threw.
  void resume() {
    frame_.promise().innermost.resume();
    if (frame_.done() && frame_.promise().failure) std::rethrow_exception(frame_.promise().failure);
  }
  bool done() const { return frame_.done(); }

  /// The address of the program's frame, which holds its variables.
  const void* frame() const { return frame_.address(); }

 private:
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_{frame} {}

  std::coroutine_handle<promise_type> frame_;
};

/// A named part of a program: a coroutine that returns a T to the program, or to another part, that awaits it.
///
/// It starts when it is awaited. If the part has to wait, the whole program is suspended; its world later resumes it
/// inside of the part. A program that is destroyed destroys its parts, too.
template <class T>
class [[nodiscard]] Part {
 public:
  class promise_type {
   public:
    Part get_return_object() { return Part{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept { return Return{}; }
    void return_value(T value) { result_ = std::move(value); }
    void unhandled_exception() { failure_ = std::current_exception(); }
    std::coroutine_handle<>* program() { return program_; }

   private:
    friend class Part;

    /// Resumes the coroutine that awaits this part.
    struct Return {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> part) const noexcept {
        const promise_type& promise = part.promise();
        return *promise.program_ = promise.caller_;
      }
      void await_resume() const noexcept {}
    };

    std::coroutine_handle<>* program_ = nullptr;  ///< the innermost coroutine of the program
    std::coroutine_handle<> caller_;
    std::optional<T> result_;
    std::exception_ptr failure_;
  };

  Part(Part&& other) noexcept : frame_{std::exchange(other.frame_, {})} {}
  Part& operator=(Part) = delete;
  ~Part() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  template <class Caller>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Caller> caller) {
    promise_type& promise = frame_.promise();
    promise.program_ = caller.promise().program();
    promise.caller_ = caller;
    return *promise.program_ = frame_;
  }
  T await_resume() {
    promise_type& promise = frame_.promise();
    if (promise.failure_) std::rethrow_exception(promise.failure_);
    return std::move(*promise.result_);
  }

 private:
  explicit Part(std::coroutine_handle<promise_type> frame) : frame_{frame} {}

  std::coroutine_handle<promise_type> frame_;
};

}  // namespace gossamer
