#include "sim/mpi/model_window.hpp"

#include <chrono>
#include <cstring>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <mpi.h>

#include "tests/sim/mpi/session.hpp"
#include "tests/sim/mpi/whole.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::is_whole;
using testing::session;

/// Rank 0 exposes 1, 2, 3, … in bursts, between which it rests for longer than a read takes: so that reads meet it in
/// every state and end. Until all others have read enough.
void expose_in_bursts(ModelWindow& window, std::span<double> values) {
  MPI_Request others = MPI_REQUEST_NULL;
  MPI_Ibarrier(MPI_COMM_WORLD, &others);
  for (int k = 1, over = 0; !over; ++k) {
    std::fill(values.begin(), values.end(), k);
    window.expose(0, {.values = std::as_bytes(values)});
    if (k % 32 > 0) continue;
    const auto end = std::chrono::steady_clock::now() + 200us;
    while (std::chrono::steady_clock::now() < end) MPI_Test(&others, &over, MPI_STATUS_IGNORE);
  }
}

/// The number of torn models in so many reads.
int read_often(ModelWindow& window, std::span<double> values, int reads) {
  int torn = 0;
  double before = 0;
  for (int r = 0; r < reads; ++r) {
    window.start(session().rank(), 0);
    auto reading = window.finished();
    while (!reading) reading = window.finished();
    if (reading->exposed.values.empty()) continue;  // there is nothing yet
    std::memcpy(values.data(), reading->exposed.values.data(), values.size_bytes());
    torn += is_whole(values, before) ? 0 : 1;
    before = values[0];
  }
  MPI_Request all = MPI_REQUEST_NULL;
  MPI_Ibarrier(MPI_COMM_WORLD, &all);
  MPI_Wait(&all, MPI_STATUS_IGNORE);
  return torn;
}

TEST_CASE("A window that is written all the time gives whole models, each no older than the one before") {
  const Blocks one_each{.nodes = session().ranks(), .ranks = session().ranks()};
  std::vector<double> values(20'000);
  ModelWindow window{
      {.blocks = one_each, .rank = session().rank(), .payload = 0, .room = values.size() * sizeof(double)}};
  if (session().rank() == 0) {
    expose_in_bursts(window, values);
  } else {
    CHECK(read_often(window, values, 20'000) == 0);
  }
}

TEST_CASE("Readers of one card take it one after the other") {
  const Blocks one_each{.nodes = session().ranks(), .ranks = session().ranks()};
  ModelWindow window{{.blocks = one_each, .rank = session().rank(), .payload = 0, .room = 0}};
  constexpr int times = 1000;
  for (int k = 0; session().rank() > 0 && k < times;) {
    const ModelWindow::BusyTimes busy_until = window.busy_until(0);
    if (window.occupy_card(0, busy_until, busy_until.by_readers + Seconds{1})) ++k;
  }
  MPI_Barrier(MPI_COMM_WORLD);
  if (session().rank() == 0) CHECK(window.busy_by_readers_until(0) == Seconds{times * (session().ranks() - 1.0)});
  MPI_Barrier(MPI_COMM_WORLD);
}

}  // namespace
}  // namespace gossamer
