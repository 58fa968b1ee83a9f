#include "sim/mpi/mpi_all_reduce.hpp"

#include <deque>
#include <utility>

#include <mpi.h>

namespace gossamer {

struct MpiAllReduce::Mpi {
  struct InFlight {
    std::vector<std::byte> sum;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  MPI_Comm communicator = MPI_COMM_NULL;
  std::deque<InFlight> in_flight;
  std::vector<std::byte> last;  ///< the sum that `finished` has returned
};

MpiAllReduce::MpiAllReduce(Setup setup) : setup_{setup}, mpi_{std::make_unique<Mpi>()} {
  setup_.bytes = (setup.bytes + setup.scalar_bytes - 1) / setup.scalar_bytes * setup.scalar_bytes;
  MPI_Comm_dup(MPI_COMM_WORLD, &mpi_->communicator);
  MPI_Comm_set_errhandler(mpi_->communicator, MPI_ERRORS_RETURN);
}

MpiAllReduce::~MpiAllReduce() {
  if (mpi_ && mpi_->communicator != MPI_COMM_NULL) MPI_Comm_free(&mpi_->communicator);
}

void MpiAllReduce::begin(std::vector<std::byte> values) {
  auto& next = mpi_->in_flight.emplace_back();
  next.sum = std::move(values);
  next.sum.resize(setup_.bytes);
  MPI_Iallreduce(MPI_IN_PLACE, next.sum.data(), static_cast<int>(setup_.bytes / setup_.scalar_bytes),
                 setup_.scalar_bytes == sizeof(float) ? MPI_FLOAT : MPI_DOUBLE, MPI_SUM, mpi_->communicator,
                 &next.request);
  ++begun_;
}

std::optional<std::span<const std::byte>> MpiAllReduce::finished() {
  if (mpi_->in_flight.empty()) return std::nullopt;
  int done = 0;
  MPI_Test(&mpi_->in_flight.front().request, &done, MPI_STATUS_IGNORE);
  if (!done) return std::nullopt;
  mpi_->last = std::move(mpi_->in_flight.front().sum);
  mpi_->in_flight.pop_front();
  ++over_;
  return mpi_->last;
}

void MpiAllReduce::catch_up(std::int64_t begun) {
  while (begun_ < begun) begin({});
}

void MpiAllReduce::abandon() {
  mpi_->communicator = MPI_COMM_NULL;
  static_cast<void>(mpi_.release());
}

}  // namespace gossamer
