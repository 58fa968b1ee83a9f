#include "sim/mpi/mpi_session.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <mpi.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#endif

namespace gossamer {

namespace {

/// Keeps the memory of messages. By default the allocator returns it to the system each time, and every page of the
/// next message is a fault: a round of 200 kB messages and 50 us of computing then took 180 us instead of 120.
/// The kept memory is in huge pages if the system grants them: another rank that copies a message must hold each of its
/// pages meanwhile, and such rounds take 77 us instead of 94.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int megabyte = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 32 * megabyte);  // the largest that it accepts
  mallopt(M_TRIM_THRESHOLD, 1024 * megabyte);
  std::array<void*, 16> blocks;  // their unused pages are never in memory
  for (void*& block : blocks) {
    constexpr std::size_t bytes = 16 * megabyte, page = 4096;
    block = std::malloc(bytes);
    void* start = block;
    std::size_t whole_pages = bytes;
    if (block && std::align(page, bytes - page, start, whole_pages)) madvise(start, bytes - page, MADV_HUGEPAGE);
  }
  for (void* const block : blocks) std::free(block);
#endif
}

/// Open MPI 4.1 crashes if its osc/rdma implements windows over shared memory (btl/vader), and by default it does.
/// Without it, windows are shared memory between ranks of one machine (osc/sm), and messages otherwise (osc/pt2pt).
void choose_windows() { setenv("OMPI_MCA_osc", "^rdma", 0); }

}  // namespace

MpiSession::MpiSession() {
  keep_freed_memory();
  choose_windows();
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  if (provided < MPI_THREAD_FUNNELED) {
    MPI_Finalize();
    throw MpiError{"this MPI cannot be used in a process that has other threads (MPI_THREAD_FUNNELED)"};
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
}

MpiSession::~MpiSession() {
  if (abandoned_ >= 0) {
    std::fflush(nullptr);
    MPI_Abort(MPI_COMM_WORLD, abandoned_);
  }
  MPI_Finalize();
}

std::optional<std::string> MpiSession::first_complaint(const std::optional<std::string>& mine) const {
  const int candidate = mine ? rank_ : ranks_;
  int first = ranks_;
  MPI_Allreduce(&candidate, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (first == ranks_) return std::nullopt;
  std::string words = mine.value_or("");
  auto length = static_cast<int>(words.size());
  MPI_Bcast(&length, 1, MPI_INT, first, MPI_COMM_WORLD);
  words.resize(static_cast<std::size_t>(length));
  MPI_Bcast(words.data(), length, MPI_CHAR, first, MPI_COMM_WORLD);
  return words;
}

std::optional<int> MpiSession::first_different(std::uint64_t number) const {
  std::uint64_t common = number;
  MPI_Bcast(&common, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
  const int candidate = number == common ? ranks_ : rank_;
  int first = ranks_;
  MPI_Allreduce(&candidate, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return first == ranks_ ? std::nullopt : std::optional{first};
}

double MpiSession::value_of_rank_0(double value) const {
  MPI_Bcast(&value, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  return value;
}

std::vector<std::vector<double>> MpiSession::gathered(std::span<const double> own) const {
  const auto count = static_cast<int>(own.size());
  std::vector<double> all(rank_ == 0 ? own.size() * static_cast<std::size_t>(ranks_) : 0);
  MPI_Gather(own.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  std::vector<std::vector<double>> result;
  for (auto first = all.begin(); first != all.end(); first += count) result.emplace_back(first, first + count);
  return result;
}

std::string MpiSession::library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string whole{text.data(), static_cast<std::size_t>(length)};
  return whole.substr(0, whole.find_first_of(",\n"));
}

}  // namespace gossamer
