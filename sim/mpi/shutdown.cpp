#include "sim/mpi/shutdown.hpp"

#include <cstdint>
#include <numeric>
#include <vector>

#include <mpi.h>

namespace gossamer {
namespace {

/// Numbers that one rank sends another: the packets sent to it on each transport.
constexpr int numbers_each = 2;

}  // namespace

struct Shutdown::Mpi {
  enum class Stage { counting, receiving, parting, over };

  std::vector<std::int64_t> sent, expected;
  std::int64_t begun = 0;
  MPI_Request counts = MPI_REQUEST_NULL;
  MPI_Request furthest = MPI_REQUEST_NULL;
  MPI_Request barrier = MPI_REQUEST_NULL;
  Stage stage = Stage::counting;

  std::int64_t expected_of(std::size_t transport) const {
    std::int64_t total = 0;
    for (std::size_t k = transport; k < expected.size(); k += numbers_each) total += expected[k];
    return total;
  }
};

void Channels::abandon() {
  nodes.abandon();
  control.abandon();
  if (all_reduce) all_reduce->abandon();
  if (window) window->abandon();
}

Shutdown::Shutdown(const Channels& channels) : channels_{channels}, mpi_{std::make_unique<Mpi>()} {
  for (std::size_t rank = 0; rank < channels.nodes.sent_to().size(); ++rank) {
    mpi_->sent.push_back(channels.nodes.sent_to()[rank]);
    mpi_->sent.push_back(channels.control.sent_to()[rank]);
  }
  mpi_->expected.resize(mpi_->sent.size());
  MPI_Ialltoall(mpi_->sent.data(), numbers_each, MPI_INT64_T, mpi_->expected.data(), numbers_each, MPI_INT64_T,
                MPI_COMM_WORLD, &mpi_->counts);
  mpi_->begun = channels.all_reduce ? channels.all_reduce->begun() : 0;
  MPI_Iallreduce(MPI_IN_PLACE, &mpi_->begun, 1, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD, &mpi_->furthest);
}

Shutdown::~Shutdown() = default;

bool Shutdown::is_over() {
  auto& [nodes, control, all_reduce, window] = channels_;
  while (nodes.receive()) continue;
  while (control.receive()) continue;
  int done = 0;
  switch (mpi_->stage) {
    case Mpi::Stage::counting: {
      MPI_Request both[] = {mpi_->counts, mpi_->furthest};
      MPI_Testall(2, both, &done, MPI_STATUSES_IGNORE);
      if (!done) return false;
      if (all_reduce) all_reduce->catch_up(mpi_->begun);
      mpi_->stage = Mpi::Stage::receiving;
      return false;
    }
    case Mpi::Stage::receiving:
      while (all_reduce && all_reduce->finished()) continue;
      if (all_reduce && all_reduce->over() < all_reduce->begun()) return false;
      while (window && window->finished()) continue;
      if (window && window->busy()) return false;
      if (nodes.received() < mpi_->expected_of(0) || control.received() < mpi_->expected_of(1)) return false;
      if (nodes.busy() || control.busy()) return false;
      MPI_Ibarrier(MPI_COMM_WORLD, &mpi_->barrier);
      mpi_->stage = Mpi::Stage::parting;
      return false;
    case Mpi::Stage::parting:
      MPI_Test(&mpi_->barrier, &done, MPI_STATUS_IGNORE);
      if (done) mpi_->stage = Mpi::Stage::over;
      return done != 0;
    case Mpi::Stage::over:
      return true;
  }
  return true;
}

void Shutdown::abandon() { static_cast<void>(mpi_.release()); }

}  // namespace gossamer
