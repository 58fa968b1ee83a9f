#include "sim/mpi/model_window.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstring>
#include <list>
#include <new>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <mpi.h>

#include "sim/mpi/mpi_session.hpp"

namespace gossamer {
namespace {

constexpr std::size_t cache_line = 64;

std::size_t whole_lines(std::size_t bytes) { return (bytes + cache_line - 1) / cache_line * cache_line; }

/// The description of the content of one of a node's two slots.
struct Content {
  std::int64_t values = 0;  ///< bytes
  Bytes size = 0;
  double weight = 1;
  std::int64_t encoded = 0;
};

}  // namespace

/// The header of a node; its two slots follow. All words are of 8 bytes, so that none is ever read in part.
struct ModelWindow::NodeHeader {
  // Written by the owner alone, with plain stores: every MPI window here is in memory that other ranks see.
  std::uint64_t begun;     ///< number of the last fill begun; the first is number 1
  std::uint64_t finished;  ///< number of the last fill finished
  std::array<Content, 2> contents;
  double sending;    ///< time until which messages occupy the sending card
  double receiving;  ///< time until which messages occupy the receiving card
  // Written by readers alone, through MPI.
  double busy_by_readers;  ///< time until which readers occupy the sending card
  std::int64_t reads;      ///< number of reads
  std::int64_t bytes;      ///< sum of their bytes
};

/// A read. It enters the next stage as soon as the MPI request of the present one is complete.
struct ModelWindow::Read {
  enum class Stage { header, content, check, count, over };

  NodeId reader = 0;
  NodeId target = 0;
  std::uint32_t token = 0;
  Stage stage = Stage::header;
  NodeHeader header = {};
  std::uint64_t begun = 0;                  ///< `NodeHeader::begun` after the content had arrived
  std::array<std::int64_t, 2> served = {};  ///< added to the header
  std::array<std::int64_t, 2> before = {};
  Packet values = {};
  MPI_Request request = MPI_REQUEST_NULL;

  Content& content() { return header.contents[header.finished % 2]; }
};

struct ModelWindow::Mpi {
  MPI_Win window = MPI_WIN_NULL;
  std::byte* memory = nullptr;
  std::list<Read> reads;  ///< a list, since MPI writes to their addresses
  std::optional<Read> last;

  void get(Read& read, int rank, std::size_t offset, void* to, std::size_t bytes) {
    const auto count = static_cast<int>(bytes);
    MPI_Rget(to, count, MPI_BYTE, rank, static_cast<MPI_Aint>(offset), count, MPI_BYTE, window, &read.request);
  }
};

ModelWindow::ModelWindow(Setup setup, const std::function<void(ModelWindow&)>& fill)
    : setup_{setup},
      stride_{whole_lines(sizeof(NodeHeader)) + 2 * whole_lines(setup.room)},
      mpi_{std::make_unique<Mpi>()} {
  static_assert(std::is_trivially_copyable_v<NodeHeader> && std::atomic_ref<std::uint64_t>::is_always_lock_free);
  const NodeId first = setup.blocks.first(setup.rank), end = setup.blocks.first(setup.rank + 1);
  const auto bytes = static_cast<MPI_Aint>(static_cast<std::size_t>(end - first) * stride_);
  MPI_Win_allocate(bytes, 1, MPI_INFO_NULL, MPI_COMM_WORLD, &mpi_->memory, &mpi_->window);
  MPI_Win_set_errhandler(mpi_->window, MPI_ERRORS_RETURN);
  int* model = nullptr;
  int known = 0;
  MPI_Win_get_attr(mpi_->window, MPI_WIN_MODEL, &model, &known);
  if (!known || *model != MPI_WIN_UNIFIED) {
    MPI_Win_free(&mpi_->window);
    throw MpiError{"this MPI keeps copies of windows, so that one-sided reads need not see what is exposed"};
  }
  for (NodeId i = first; i < end; ++i) new (&header(i)) NodeHeader{};
  MPI_Win_lock_all(MPI_MODE_NOCHECK, mpi_->window);
  if (fill) fill(*this);
  MPI_Barrier(MPI_COMM_WORLD);
}

ModelWindow::~ModelWindow() {
  if (!mpi_ || mpi_->window == MPI_WIN_NULL) return;
  MPI_Win_unlock_all(mpi_->window);
  MPI_Win_free(&mpi_->window);
}

void ModelWindow::abandon() {
  // Reads that never end keep their memory.
  mpi_->window = MPI_WIN_NULL;
  static_cast<void>(mpi_.release());
}

/// The offset of a node's header in its rank's memory.
std::size_t ModelWindow::offset(NodeId node) const {
  return static_cast<std::size_t>(node - setup_.blocks.first(setup_.blocks.host(node))) * stride_;
}

ModelWindow::NodeHeader& ModelWindow::header(NodeId node) const {
  return *reinterpret_cast<NodeHeader*>(mpi_->memory + offset(node));
}

/// The offset of the content that the node exposes under that number.
std::size_t ModelWindow::slot_offset(NodeId node, std::uint64_t number) const {
  return offset(node) + whole_lines(sizeof(NodeHeader)) + number % 2 * whole_lines(setup_.room);
}

// ---------------------------------------------------------------------------------------------------------------------
// The owner.

void ModelWindow::expose(NodeId node, const Exposed& what) {
  if (what.values.size() > setup_.room)
    throw MpiError{
        fmt::format("node {} exposes {} bytes; ranks can read {} at most", node, what.values.size(), setup_.room)};
  NodeHeader& mine = header(node);
  const std::uint64_t number = mine.finished + 1;
  std::atomic_ref{mine.begun}.store(number, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);  // a reader that sees any later store sees this one
  mine.contents[number % 2] = {static_cast<std::int64_t>(what.values.size()), what.size, what.weight, what.encoded};
  if (!what.values.empty())
    std::memcpy(mpi_->memory + slot_offset(node, number), what.values.data(), what.values.size());
  std::atomic_ref{mine.finished}.store(number, std::memory_order_release);
}

void ModelWindow::publish_busy_until(NodeId node, Seconds sending, Seconds receiving) {
  NodeHeader& mine = header(node);
  std::atomic_ref{mine.sending}.store(sending.count(), std::memory_order_relaxed);
  std::atomic_ref{mine.receiving}.store(receiving.count(), std::memory_order_relaxed);
}

Seconds ModelWindow::busy_by_readers_until(NodeId node) const {
  return Seconds{std::atomic_ref{header(node).busy_by_readers}.load(std::memory_order_relaxed)};
}

ModelWindow::Served ModelWindow::served(NodeId node) const {
  NodeHeader& mine = header(node);
  return {static_cast<std::uint64_t>(std::atomic_ref{mine.reads}.load(std::memory_order_relaxed)),
          std::atomic_ref{mine.bytes}.load(std::memory_order_relaxed)};
}

// ---------------------------------------------------------------------------------------------------------------------
// The reader.

void ModelWindow::start(NodeId reader, NodeId target, std::uint32_t token) {
  Read& read = mpi_->reads.emplace_back();
  read.reader = reader;
  read.target = target;
  read.token = token;
  begin(read);
}

bool ModelWindow::busy() const { return mpi_ && !mpi_->reads.empty(); }

std::optional<ModelWindow::Reading> ModelWindow::finished() {
  for (auto read = mpi_->reads.begin(); read != mpi_->reads.end(); ++read) {
    proceed(*read);
    if (read->stage != Read::Stage::over) continue;
    mpi_->last = std::move(*read);
    mpi_->reads.erase(read);
    Read& last = *mpi_->last;
    const Content& content = last.content();
    return Reading{.reader = last.reader,
                   .target = last.target,
                   .token = last.token,
                   .exposed = {.size = content.size,
                               .weight = content.weight,
                               .encoded = content.encoded != 0,
                               .values = std::span{last.values}.first(static_cast<std::size_t>(content.values))}};
  }
  return std::nullopt;
}

/// Advances the read as far as possible.
void ModelWindow::proceed(Read& read) {
  for (int done = 1; read.stage != Read::Stage::over;) {
    MPI_Test(&read.request, &done, MPI_STATUS_IGNORE);
    if (!done) return;
    std::atomic_thread_fence(std::memory_order_acquire);
    switch (read.stage) {
      case Read::Stage::header:
        fetch(read);
        break;
      case Read::Stage::content:
        read.stage = Read::Stage::check;
        mpi_->get(read, setup_.blocks.host(read.target), offset(read.target) + offsetof(NodeHeader, begun), &read.begun,
                  sizeof read.begun);
        break;
      case Read::Stage::check:
        check(read);
        break;
      case Read::Stage::count:
      case Read::Stage::over:
        read.stage = Read::Stage::over;
        break;
    }
  }
}

void ModelWindow::begin(Read& read) {
  read.stage = Read::Stage::header;
  mpi_->get(read, setup_.blocks.host(read.target), offset(read.target), &read.header, sizeof(NodeHeader));
}

/// The owner may be changing the slot. Then these numbers are invalid. `check` detects that later, but the numbers
/// must not lead to an access out of range now.
void ModelWindow::fetch(Read& read) {
  read.stage = Read::Stage::content;
  Content& content = read.content();
  if (read.header.finished == 0) content = {.values = 0, .size = setup_.payload, .weight = 1, .encoded = 0};
  const auto room = static_cast<std::int64_t>(setup_.room);
  content.values = std::clamp<std::int64_t>(content.values, 0, room);
  const std::int64_t travelling = setup_.padded ? std::max<std::int64_t>(content.values, content.size) : content.values;
  read.values.resize(static_cast<std::size_t>(std::min(travelling, room)));
  if (read.values.empty()) return;
  mpi_->get(read, setup_.blocks.host(read.target), slot_offset(read.target, read.header.finished), read.values.data(),
            read.values.size());
}

void ModelWindow::check(Read& read) {
  if (read.begun < read.header.finished + 2) return count(read);
  begin(read);
}

/// Also fetches the previous values, so that the addition is complete when the request is.
void ModelWindow::count(Read& read) {
  read.stage = Read::Stage::count;
  read.served = {1, read.content().size};
  const auto words = static_cast<int>(read.served.size());
  MPI_Rget_accumulate(read.served.data(), words, MPI_INT64_T, read.before.data(), words, MPI_INT64_T,
                      setup_.blocks.host(read.target),
                      static_cast<MPI_Aint>(offset(read.target) + offsetof(NodeHeader, reads)), words, MPI_INT64_T,
                      MPI_SUM, mpi_->window, &read.request);
}

// ---------------------------------------------------------------------------------------------------------------------
// Cards. Their words are few and needed at once.

ModelWindow::BusyTimes ModelWindow::busy_until(NodeId target) {
  std::array<double, 3> words{};
  static_assert(offsetof(NodeHeader, busy_by_readers) == offsetof(NodeHeader, sending) + 2 * sizeof(double));
  const int host = setup_.blocks.host(target);
  MPI_Get(words.data(), sizeof words, MPI_BYTE, host,
          static_cast<MPI_Aint>(offset(target) + offsetof(NodeHeader, sending)), sizeof words, MPI_BYTE, mpi_->window);
  MPI_Win_flush(host, mpi_->window);
  return {.by_messages = Seconds{words[0]}, .by_readers = Seconds{words[2]}, .receiving = Seconds{words[1]}};
}

bool ModelWindow::occupy_card(NodeId target, const BusyTimes& seen, Seconds until) {
  const auto before = std::bit_cast<std::uint64_t>(seen.by_readers.count());
  const auto after = std::bit_cast<std::uint64_t>(until.count());
  std::uint64_t found = 0;
  const int host = setup_.blocks.host(target);
  MPI_Compare_and_swap(&after, &before, &found, MPI_UINT64_T, host,
                       static_cast<MPI_Aint>(offset(target) + offsetof(NodeHeader, busy_by_readers)), mpi_->window);
  MPI_Win_flush(host, mpi_->window);
  return found == before;
}

}  // namespace gossamer
