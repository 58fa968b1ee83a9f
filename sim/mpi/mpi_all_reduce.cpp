#include "sim/mpi/mpi_all_reduce.hpp"

#include <algorithm>
#include <utility>

#include <mpi.h>

namespace gossamer {

struct MpiAllReduce::Mpi {
  struct UnderWay {
    std::vector<std::byte> sum;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  MPI_Comm communicator = MPI_COMM_NULL;
  std::deque<UnderWay> under_way;
  std::vector<std::byte> last;  ///< the sum that `finished` has returned
};

MpiAllReduce::MpiAllReduce(Setup setup) : setup_{setup}, mpi_{std::make_unique<Mpi>()} {
  MPI_Comm_dup(MPI_COMM_WORLD, &mpi_->communicator);
  MPI_Comm_set_errhandler(mpi_->communicator, MPI_ERRORS_RETURN);
}

MpiAllReduce::~MpiAllReduce() {
  if (mpi_ && mpi_->communicator != MPI_COMM_NULL) MPI_Comm_free(&mpi_->communicator);
}

void MpiAllReduce::join(std::int64_t number, std::span<const std::byte> values) {
  const auto at = static_cast<std::size_t>(number - begun_);
  if (gathering_.size() <= at) gathering_.resize(at + 1);
  Gathering& gathering = gathering_[at];
  const double share = 1.0 / setup_.nodes;
  if (gathering.joined == 0) {
    gathering.sum.assign(values.begin(), values.end());
    const RawTerm own{share, gathering.sum};
    if (setup_.plane) setup_.plane->combine_raw({&own, 1}, gathering.sum);
  } else if (setup_.plane) {
    const RawTerm terms[] = {{1.0, gathering.sum}, {share, values}};
    setup_.plane->combine_raw(terms, gathering.sum);
  }
  ++gathering.joined;
  while (!gathering_.empty() && gathering_.front().joined == setup_.local_nodes) begin();
}

void MpiAllReduce::begin() {
  auto& next = mpi_->under_way.emplace_back();
  if (!gathering_.empty()) {
    next.sum = std::move(gathering_.front().sum);
    gathering_.pop_front();
  }
  const std::size_t scalar = setup_.plane ? setup_.plane->scalar_bytes() : sizeof(float);
  const std::size_t coordinates = setup_.plane ? static_cast<std::size_t>(setup_.plane->dimension()) * scalar : 0;
  const std::size_t bytes = std::max(coordinates, static_cast<std::size_t>(setup_.payload));
  next.sum.resize((bytes + scalar - 1) / scalar * scalar);  // zeros, if more bytes are charged than there are
  MPI_Iallreduce(MPI_IN_PLACE, next.sum.data(), static_cast<int>(next.sum.size() / scalar),
                 scalar == sizeof(float) ? MPI_FLOAT : MPI_DOUBLE, MPI_SUM, mpi_->communicator, &next.request);
  ++begun_;
}

std::optional<MpiAllReduce::Finished> MpiAllReduce::finished() {
  if (mpi_->under_way.empty()) return std::nullopt;
  int done = 0;
  MPI_Test(&mpi_->under_way.front().request, &done, MPI_STATUS_IGNORE);
  if (!done) return std::nullopt;
  mpi_->last = std::move(mpi_->under_way.front().sum);
  mpi_->under_way.pop_front();
  const std::size_t coordinates =
      setup_.plane ? static_cast<std::size_t>(setup_.plane->dimension()) * setup_.plane->scalar_bytes() : 0;
  return Finished{.number = over_++, .mean = std::span{mpi_->last}.first(coordinates)};
}

void MpiAllReduce::catch_up(std::int64_t begun) {
  while (begun_ < begun) begin();
}

void MpiAllReduce::abandon() {
  mpi_->communicator = MPI_COMM_NULL;
  static_cast<void>(mpi_.release());
}

}  // namespace gossamer
