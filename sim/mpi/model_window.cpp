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

/// The description of the content of one of a node's two places.
struct Content {
  std::int64_t values = 0;  ///< bytes
  Bytes size = 0;
  double weight = 1;
  std::int64_t encoded = 0;
};

}  // namespace

/// The record of a node; its two places follow. All words are of 8 bytes, so that none is ever read in part.
struct ModelWindow::Record {
  // Written by the owner alone, with plain stores: every MPI window here is in memory that other ranks see.
  std::uint64_t begun;     ///< number of the last fill begun; the first is number 1
  std::uint64_t finished;  ///< number of the last fill finished
  std::array<Content, 2> contents;
  double sending;    ///< time until which messages occupy the sending card
  double receiving;  ///< time until which messages occupy the receiving card
  // Written by readers alone, through MPI.
  double taken;        ///< time until which readers occupy the sending card
  std::int64_t reads;  ///< number of reads
  std::int64_t bytes;  ///< sum of their bytes
};

/// A read. It enters the next stage as soon as the MPI request of the present one is complete.
struct ModelWindow::Read {
  enum class Stage { record, content, check, count, over };

  NodeId reader = 0;
  NodeId target = 0;
  std::uint32_t token = 0;
  Stage stage = Stage::record;
  Record record = {};
  std::uint64_t begun = 0;                  ///< `Record::begun` after the content had arrived
  std::array<std::int64_t, 2> served = {};  ///< added to the record
  std::array<std::int64_t, 2> before = {};
  Packet values = {};
  MPI_Request request = MPI_REQUEST_NULL;

  Content& content() { return record.contents[record.finished % 2]; }
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
    : setup_{setup}, stride_{whole_lines(sizeof(Record)) + 2 * whole_lines(setup.room)}, mpi_{std::make_unique<Mpi>()} {
  static_assert(std::is_trivially_copyable_v<Record> && std::atomic_ref<std::uint64_t>::is_always_lock_free);
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
  for (NodeId i = first; i < end; ++i) new (&record(i)) Record{};
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

/// The offset of a node's record in its rank's memory.
std::size_t ModelWindow::offset(NodeId node) const {
  return static_cast<std::size_t>(node - setup_.blocks.first(setup_.blocks.host(node))) * stride_;
}

ModelWindow::Record& ModelWindow::record(NodeId node) const {
  return *reinterpret_cast<Record*>(mpi_->memory + offset(node));
}

/// The offset of the content that the node exposes under that number.
std::size_t ModelWindow::place(NodeId node, std::uint64_t number) const {
  return offset(node) + whole_lines(sizeof(Record)) + number % 2 * whole_lines(setup_.room);
}

// ---------------------------------------------------------------------------------------------------------------------
// The owner.

void ModelWindow::expose(NodeId node, const Exposed& what) {
  if (what.values.size() > setup_.room)
    throw MpiError{
        fmt::format("node {} exposes {} bytes; ranks can read {} at most", node, what.values.size(), setup_.room)};
  Record& mine = record(node);
  const std::uint64_t number = mine.finished + 1;
  std::atomic_ref{mine.begun}.store(number, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);  // a reader that sees any later store sees this one
  mine.contents[number % 2] = {static_cast<std::int64_t>(what.values.size()), what.size, what.weight, what.encoded};
  if (!what.values.empty()) std::memcpy(mpi_->memory + place(node, number), what.values.data(), what.values.size());
  std::atomic_ref{mine.finished}.store(number, std::memory_order_release);
}

void ModelWindow::tell_taken(NodeId node, Seconds sending, Seconds receiving) {
  Record& mine = record(node);
  std::atomic_ref{mine.sending}.store(sending.count(), std::memory_order_relaxed);
  std::atomic_ref{mine.receiving}.store(receiving.count(), std::memory_order_relaxed);
}

Seconds ModelWindow::taken_by_readers(NodeId node) const {
  return Seconds{std::atomic_ref{record(node).taken}.load(std::memory_order_relaxed)};
}

ModelWindow::Served ModelWindow::served(NodeId node) const {
  Record& mine = record(node);
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
      case Read::Stage::record:
        fetch(read);
        break;
      case Read::Stage::content:
        read.stage = Read::Stage::check;
        mpi_->get(read, setup_.blocks.host(read.target), offset(read.target) + offsetof(Record, begun), &read.begun,
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
  read.stage = Read::Stage::record;
  mpi_->get(read, setup_.blocks.host(read.target), offset(read.target), &read.record, sizeof(Record));
}

/// The owner may be changing the place. Then these numbers are invalid. `check` detects that later, but the numbers
/// must not lead to an access out of range now.
void ModelWindow::fetch(Read& read) {
  read.stage = Read::Stage::content;
  Content& content = read.content();
  if (read.record.finished == 0) content = {.values = 0, .size = setup_.payload, .weight = 1, .encoded = 0};
  const auto room = static_cast<std::int64_t>(setup_.room);
  content.values = std::clamp<std::int64_t>(content.values, 0, room);
  const std::int64_t travelling = setup_.padded ? std::max<std::int64_t>(content.values, content.size) : content.values;
  read.values.resize(static_cast<std::size_t>(std::min(travelling, room)));
  if (read.values.empty()) return;
  mpi_->get(read, setup_.blocks.host(read.target), place(read.target, read.record.finished), read.values.data(),
            read.values.size());
}

void ModelWindow::check(Read& read) {
  if (read.begun < read.record.finished + 2) return count(read);
  begin(read);
}

/// Also fetches the previous values, so that the addition is complete when the request is.
void ModelWindow::count(Read& read) {
  read.stage = Read::Stage::count;
  read.served = {1, read.content().size};
  const auto words = static_cast<int>(read.served.size());
  MPI_Rget_accumulate(read.served.data(), words, MPI_INT64_T, read.before.data(), words, MPI_INT64_T,
                      setup_.blocks.host(read.target),
                      static_cast<MPI_Aint>(offset(read.target) + offsetof(Record, reads)), words, MPI_INT64_T, MPI_SUM,
                      mpi_->window, &read.request);
}

// ---------------------------------------------------------------------------------------------------------------------
// Cards. Their words are few and needed at once.

ModelWindow::Card ModelWindow::card(NodeId target) {
  std::array<double, 3> words{};
  static_assert(offsetof(Record, taken) == offsetof(Record, sending) + 2 * sizeof(double));
  const int host = setup_.blocks.host(target);
  MPI_Get(words.data(), sizeof words, MPI_BYTE, host, static_cast<MPI_Aint>(offset(target) + offsetof(Record, sending)),
          sizeof words, MPI_BYTE, mpi_->window);
  MPI_Win_flush(host, mpi_->window);
  return {.by_messages = Seconds{words[0]}, .by_readers = Seconds{words[2]}, .receiving = Seconds{words[1]}};
}

bool ModelWindow::take_card(NodeId target, const Card& seen, Seconds until) {
  const auto before = std::bit_cast<std::uint64_t>(seen.by_readers.count());
  const auto after = std::bit_cast<std::uint64_t>(until.count());
  std::uint64_t found = 0;
  const int host = setup_.blocks.host(target);
  MPI_Compare_and_swap(&after, &before, &found, MPI_UINT64_T, host,
                       static_cast<MPI_Aint>(offset(target) + offsetof(Record, taken)), mpi_->window);
  MPI_Win_flush(host, mpi_->window);
  return found == before;
}

}  // namespace gossamer
