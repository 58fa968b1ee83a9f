#include <doctest/doctest.h>

#include "sim/network/links/links.hpp"
#include "tests/mutations.hpp"

namespace gossamer::testing {
namespace {

TEST_CASE("Damaged latency matrices and lists of links are read or refused, and nothing else") {
  check_mutants("m.csv", "rtt_ms, a, \"b\", c\na, 0.1, 5, 7\nb, 3, 0.1, 8\nc, 1, 2, 3\n",
                [](const std::filesystem::path& path) { read_latency_matrix(path, 5); });
  check_mutants("l.csv", "from, to, latency_ms, bandwidth_bytes_per_s\n0, 1, 40,\n2, 3, 80, 1.25e6\n1, 0, 5, 1e6\n",
                [](const std::filesystem::path& path) { read_link_list(path, 5); });
}

}  // namespace
}  // namespace gossamer::testing
