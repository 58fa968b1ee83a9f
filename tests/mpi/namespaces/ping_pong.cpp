#include <algorithm>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <mpi.h>

namespace gossamer {
namespace {

constexpr int warm_up = 5;  // connections are made with the first message, and their windows grow

/// Seconds of one message of `size` bytes: half a round trip, the median of `repetitions`.
double one_way(int rank, std::size_t size, int repetitions) {
  std::vector<std::byte> buffer(std::max<std::size_t>(size, 1));
  const int count = static_cast<int>(size);
  std::vector<double> times;
  for (int k = 0; k < warm_up + repetitions; ++k) {
    const double start = MPI_Wtime();
    if (rank == 0) MPI_Send(buffer.data(), count, MPI_BYTE, 1, 0, MPI_COMM_WORLD);
    MPI_Recv(buffer.data(), count, MPI_BYTE, 1 - rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (rank == 1) MPI_Send(buffer.data(), count, MPI_BYTE, 0, 0, MPI_COMM_WORLD);
    if (k >= warm_up) times.push_back((MPI_Wtime() - start) / 2);
  }
  std::nth_element(times.begin(), times.begin() + repetitions / 2, times.end());
  return times[static_cast<std::size_t>(repetitions / 2)];
}

}  // namespace
}  // namespace gossamer

/// ping_pong REPETITIONS BYTES...: two ranks; a line "bytes seconds" for each size.
int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  int exit_code = 2;
  try {
    const int repetitions = argc > 2 ? std::stoi(argv[1]) : 0;
    if (ranks != 2 || repetitions < 1)
      throw std::invalid_argument{"usage: mpirun -np 2 ping_pong REPETITIONS BYTES..."};
    for (int k = 2; k < argc; ++k) {
      const std::size_t size = std::stoul(argv[k]);
      const double seconds = gossamer::one_way(rank, size, repetitions);
      if (rank == 0) fmt::print("{} {:.9f}\n", size, seconds);
    }
    exit_code = 0;
  } catch (const std::exception& error) {
    if (rank == 0) fmt::print(stderr, "ping_pong: {}\n", error.what());
  }
  MPI_Finalize();
  return exit_code;
}
