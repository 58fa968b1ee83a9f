#include "sim/mpi/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "sim/mpi/shutdown.hpp"
#include "tests/sim/mpi/session.hpp"

namespace gossamer {
namespace {

using testing::session;

/// Packets of very different sizes: MPI sends short ones at once, and long ones when their receiver is ready.
std::size_t size_of(int number) { return number % 3 == 0 ? 3'000'000 : static_cast<std::size_t>(number); }

TEST_CASE("Packets from one rank arrive whole and in the order of sending, whatever their sizes") {
  constexpr int packets = 30;
  Transport transport;
  for (int k = 0; k < packets; ++k)
    for (int rank = 0; rank < session().ranks(); ++rank)
      transport.send(rank, Packet(size_of(k), static_cast<std::byte>(k)));
  std::vector<int> next(static_cast<std::size_t>(session().ranks()));
  while (transport.received() < std::int64_t{packets} * session().ranks()) {
    const auto arrival = transport.receive();
    if (!arrival) continue;
    const int expected = next[static_cast<std::size_t>(arrival->rank)]++;
    CHECK(arrival->packet == Packet(size_of(expected), static_cast<std::byte>(expected)));
  }
  CHECK(transport.sent() == std::int64_t{packets} * session().ranks());
  while (transport.busy()) transport.receive();
}

TEST_CASE("A closing ends on all ranks when the last packet in flight is received, though only one rank has sent any") {
  Transport nodes, control;
  const int last = session().ranks() - 1;
  if (session().rank() == 0) {
    for (int k = 0; k < 10; ++k) nodes.send(last, Packet(1'000'000, std::byte{1}));
    control.send(last, Packet(1, std::byte{2}));
  }
  Shutdown closing{{nodes, control}};
  while (!closing.is_over()) continue;
  CHECK(nodes.received() == (session().rank() == last ? 10 : 0));
  CHECK(control.received() == (session().rank() == last ? 1 : 0));
}

}  // namespace
}  // namespace gossamer
