#include "sim/mpi/transport.hpp"

#include <algorithm>
#include <deque>
#include <numeric>
#include <utility>

#include <mpi.h>

namespace gossamer {
namespace {

/// A packet that is being received.
struct Incoming {
  Packet packet;
  MPI_Request request = MPI_REQUEST_NULL;
};

}  // namespace

struct Transport::Mpi {
  MPI_Comm communicator = MPI_COMM_NULL;
  std::vector<MPI_Request> sending;
  std::vector<Packet> leaving;                 ///< packets of the requests in `sending`, in the same order
  std::vector<std::deque<Incoming>> incoming;  ///< by rank
  std::size_t receiving = 0;                   ///< packets in `incoming`

  void probe();
  void forget_sent();
  std::optional<Arrival> first_whole();
};

/// Starts to receive all announced packets.
void Transport::Mpi::probe() {
  for (int found = 0;;) {
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, communicator, &found, &message, &status);
    if (!found) return;
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    Incoming& next = incoming[static_cast<std::size_t>(status.MPI_SOURCE)].emplace_back();
    next.packet.resize(static_cast<std::size_t>(bytes));
    MPI_Imrecv(next.packet.data(), bytes, MPI_BYTE, &message, &next.request);
    ++receiving;
  }
}

void Transport::Mpi::forget_sent() {
  if (sending.empty()) return;
  std::vector<int> done(sending.size());
  int count = 0;
  MPI_Testsome(static_cast<int>(sending.size()), sending.data(), &count, done.data(), MPI_STATUSES_IGNORE);
  if (count <= 0) return;
  std::size_t kept = 0;
  for (std::size_t k = 0; k < sending.size(); ++k) {
    if (sending[k] == MPI_REQUEST_NULL) continue;
    std::swap(sending[kept], sending[k]);
    std::swap(leaving[kept++], leaving[k]);
  }
  sending.resize(kept);
  leaving.resize(kept);
}

/// A later packet may arrive before an earlier, larger one of the same rank: it waits for its turn.
std::optional<Transport::Arrival> Transport::Mpi::first_whole() {
  if (receiving == 0) return std::nullopt;
  for (std::size_t rank = 0; rank < incoming.size(); ++rank) {
    if (incoming[rank].empty()) continue;
    Incoming& first = incoming[rank].front();
    int whole = 0;
    MPI_Test(&first.request, &whole, MPI_STATUS_IGNORE);
    if (!whole) continue;
    Arrival arrival{.rank = static_cast<int>(rank), .packet = std::move(first.packet)};
    incoming[rank].pop_front();
    --receiving;
    return arrival;
  }
  return std::nullopt;
}

Transport::Transport() : mpi_{std::make_unique<Mpi>()} {
  MPI_Comm_dup(MPI_COMM_WORLD, &mpi_->communicator);
  // A rank that has died must not end the others before they have written their results.
  MPI_Comm_set_errhandler(mpi_->communicator, MPI_ERRORS_RETURN);
  int ranks = 1;
  MPI_Comm_size(mpi_->communicator, &ranks);
  sent_to_.resize(static_cast<std::size_t>(ranks));
  mpi_->incoming.resize(static_cast<std::size_t>(ranks));
}

Transport::~Transport() {
  if (mpi_ && mpi_->communicator != MPI_COMM_NULL) MPI_Comm_free(&mpi_->communicator);
}

void Transport::send(int rank, Packet packet) {
  // A packet's bytes keep their address when the packet is moved.
  mpi_->leaving.push_back(std::move(packet));
  const Packet& kept = mpi_->leaving.back();
  MPI_Isend(kept.data(), static_cast<int>(kept.size()), MPI_BYTE, rank, 0, mpi_->communicator,
            &mpi_->sending.emplace_back(MPI_REQUEST_NULL));
  ++sent_to_[static_cast<std::size_t>(rank)];
}

std::optional<Transport::Arrival> Transport::receive() {
  mpi_->forget_sent();
  mpi_->probe();
  auto arrival = mpi_->first_whole();
  if (arrival) ++received_;
  return arrival;
}

std::int64_t Transport::sent() const { return std::accumulate(sent_to_.begin(), sent_to_.end(), std::int64_t{0}); }

bool Transport::busy() const { return !mpi_->sending.empty() || mpi_->receiving > 0; }

void Transport::abandon() {
  // Requests that never complete keep their memory.
  mpi_->communicator = MPI_COMM_NULL;
  static_cast<void>(mpi_.release());
}

}  // namespace gossamer
