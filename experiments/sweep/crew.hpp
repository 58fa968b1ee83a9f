#pragma once
#include <cstddef>
#include <functional>
#include <optional>

namespace gossamer {

/// Threads that do pieces of work, which the calling thread hands out one by one.
struct Crew {
  int workers = 1;
  std::function<std::optional<std::size_t>()> next;         ///< the next piece; called in the calling thread
  std::function<void(int worker, std::size_t piece)> work;  ///< called in the worker's thread
  std::function<void()> tick = {};                          ///< called in the calling thread, about ten times a second
  std::function<void()> give_up = {};                       ///< called once if a piece throws: the others should end

  /// Returns when `next` has no more and all workers have finished. Throws the first exception of a piece; then no
  /// further piece is handed out.
  void run() const;
};

}  // namespace gossamer
