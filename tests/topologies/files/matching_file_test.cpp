#include "topologies/files/matching_file.hpp"

#include <doctest/doctest.h>

#include "tests/topologies/files/temporary_file.hpp"
#include "topologies/error.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

std::string refused(const std::string& text) {
  const TemporaryFile file{"matchings.txt", text};
  try {
    matchings_from_file(file.path(), metropolis_hastings(ring(4)));
  } catch (const InputError& error) {
    const std::string sentence = error.what();
    return sentence.substr(sentence.find("matchings.txt"));
  }
  return "";
}

TEST_CASE("a file says in which matching every edge is; numbers need not follow one another") {
  const TemporaryFile file{"matchings.txt", "# a ring of four\n1 0 7\n2 3 7\n\n1 2 5\n3 0 5\n"};
  const std::vector<Matching> expected{{{0, 3}, {1, 2}}, {{0, 1}, {2, 3}}};
  CHECK(matchings_from_file(file.path(), metropolis_hastings(ring(4))) == expected);
}

TEST_CASE("matchings that are written are read again") {
  const std::vector<Matching> matchings{{{0, 3}, {1, 2}}, {{0, 1}}, {{2, 3}}};
  const TemporaryFile file{"matchings.txt", ""};
  write_matchings({{0.25, matchings[0]}, {1, matchings[1]}, {0.5, matchings[2]}}, file.path());
  CHECK(matchings_from_file(file.path(), metropolis_hastings(ring(4))) == matchings);
}

TEST_CASE("wrong matchings are refused with file, line and what is wrong") {
  CHECK(refused("0 1 0\n0 2 1\n") == "matchings.txt:2: 0 2 is no edge of the graph");
  CHECK(refused("0 1 0\n1 0 1\n") == "matchings.txt:2: the edge 0 1 is there twice, first on line 1");
  CHECK(refused("0 1 0\n1 2 0\n") == "matchings.txt:2: matching 0 has two edges at node 1, the other one on line 1");
  CHECK(refused("0 1 0\n2 3 0\n1 2 1\n") ==
        "matchings.txt: the edge 0 3 of the graph is missing, expected every edge in a matching");
  CHECK(refused("0 1\n") == "matchings.txt:1: 2 fields, expected an edge and the number of its matching, \"i j m\"");
}

}  // namespace
}  // namespace gossamer
