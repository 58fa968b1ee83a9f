#include "sim/mpi/work_counter.hpp"

#include <mpi.h>

namespace gossamer {

struct WorkCounter::Window {
  MPI_Win handle = MPI_WIN_NULL;
  std::uint64_t* number = nullptr;  ///< on rank 0
};

WorkCounter::WorkCounter(const MpiSession& session) : window_{std::make_unique<Window>()} {
  const MPI_Aint bytes = session.rank() == 0 ? sizeof(std::uint64_t) : 0;
  MPI_Win_allocate(bytes, sizeof(std::uint64_t), MPI_INFO_NULL, MPI_COMM_WORLD, &window_->number, &window_->handle);
  if (session.rank() == 0) *window_->number = 0;
  MPI_Barrier(MPI_COMM_WORLD);  // no rank counts before rank 0 has set it to zero
  MPI_Win_lock_all(0, window_->handle);
}

WorkCounter::~WorkCounter() {
  MPI_Win_unlock_all(window_->handle);
  MPI_Win_free(&window_->handle);
}

std::uint64_t WorkCounter::take() {
  const std::uint64_t one = 1;
  std::uint64_t before = 0;
  MPI_Fetch_and_op(&one, &before, MPI_UINT64_T, 0, 0, MPI_SUM, window_->handle);
  MPI_Win_flush(0, window_->handle);
  return before;
}

void WorkCounter::answer() {
  int arrived = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &arrived, MPI_STATUS_IGNORE);
}

}  // namespace gossamer
