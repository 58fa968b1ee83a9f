#pragma once
#include <cstdint>
#include <memory>

#include "sim/mpi/mpi_session.hpp"

namespace gossamer {

/// A counter that rank 0 keeps and all ranks take numbers from: each number goes to one rank.
class WorkCounter {
 public:
  /// All ranks make it together, and end it together. Only the thread that made it may use it.
  explicit WorkCounter(const MpiSession& session);
  ~WorkCounter();
  WorkCounter(const WorkCounter&) = delete;
  WorkCounter& operator=(const WorkCounter&) = delete;

  /// The next number: 0, 1, 2, …
  std::uint64_t take();

  /// Lets MPI answer other ranks. Rank 0 calls it now and then: without shared memory, others wait for that.
  void answer();

 private:
  struct Window;
  std::unique_ptr<Window> window_;
};

}  // namespace gossamer
