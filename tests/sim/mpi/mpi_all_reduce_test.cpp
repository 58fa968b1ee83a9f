#include "sim/mpi/mpi_all_reduce.hpp"

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "sim/mpi/shutdown.hpp"
#include "sim/mpi/transport.hpp"
#include "tests/sim/mpi/session.hpp"

namespace gossamer {
namespace {

using testing::session;

template <class Scalar>
std::vector<std::byte> bytes_of(const std::vector<Scalar>& values) {
  const auto bytes = std::as_bytes(std::span{values});
  return {bytes.begin(), bytes.end()};
}

template <class Scalar>
std::vector<Scalar> next_sum(MpiAllReduce& sums) {
  auto sum = sums.finished();
  while (!sum) sum = sums.finished();
  std::vector<Scalar> values(sum->size() / sizeof(Scalar));
  std::memcpy(values.data(), sum->data(), sum->size());
  return values;
}

TEST_CASE_TEMPLATE("Sums of several all-reduces in flight end in their order", Scalar, float, double) {
  MpiAllReduce sums{{.bytes = 2 * sizeof(Scalar), .scalar_bytes = sizeof(Scalar)}};
  const auto rank = static_cast<Scalar>(session().rank());
  for (int k = 0; k < 5; ++k) sums.begin(bytes_of<Scalar>({rank, static_cast<Scalar>(k)}));
  const auto n = static_cast<Scalar>(session().ranks());
  for (int k = 0; k < 5; ++k)
    CHECK(next_sum<Scalar>(sums) == std::vector<Scalar>{n * (n - 1) / 2, n * static_cast<Scalar>(k)});
  CHECK(sums.over() == 5);
}

TEST_CASE("Values that are fewer than charged bytes are filled up with zeros, to whole scalars") {
  MpiAllReduce sums{{.bytes = 13, .scalar_bytes = sizeof(float)}};
  sums.begin(bytes_of<float>({1}));
  const auto n = static_cast<float>(session().ranks());
  CHECK(next_sum<float>(sums) == std::vector<float>{n, 0, 0, 0});
}

TEST_CASE("A closing ends the all-reduces that only one rank has begun") {
  Transport nodes, control;
  MpiAllReduce sums{{.bytes = sizeof(double), .scalar_bytes = sizeof(double)}};
  for (int k = 0; session().rank() == 0 && k < 3; ++k) sums.begin(bytes_of<double>({1}));
  Shutdown closing{{nodes, control, &sums}};
  while (!closing.is_over()) continue;
  CHECK(sums.begun() == 3);
  CHECK(sums.over() == 3);
}

}  // namespace
}  // namespace gossamer
