#include "sim/mpi/clock.hpp"

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <mpi.h>
#include <sys/prctl.h>
#include <time.h>

namespace gossamer {
namespace {

/// The delay of the start: every rank must receive the start time before it has passed.
constexpr Seconds preparation{5e-3};
constexpr Seconds never_started{1e6};

Seconds machine_time() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Seconds{static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

/// Whether all ranks run under one kernel, and so read one clock.
bool one_machine() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string boot;
  std::getline(file, boot);
  const std::uint64_t mine = std::hash<std::string>{}(boot);
  std::uint64_t least = 0, most = 0;
  MPI_Allreduce(&mine, &least, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce(&mine, &most, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
  return !boot.empty() && least == most;
}

}  // namespace

Clock::Clock() : start_{machine_time() + never_started} {}

void Clock::start() {
  prctl(PR_SET_TIMERSLACK, 1UL);  // nanoseconds by which the system may lengthen a sleep; the usual 50,000 are too many
  const bool shared = one_machine();
  MPI_Barrier(MPI_COMM_WORLD);
  double start = (machine_time() + preparation).count();
  if (shared) MPI_Bcast(&start, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  start_ = Seconds{start};
  while (now() < Seconds{0}) std::this_thread::sleep_for(-now());
}

Seconds Clock::now() const { return machine_time() - start_; }

}  // namespace gossamer
