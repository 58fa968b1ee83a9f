#include "topologies/files/matrix_market.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topologies/files/graph_reading.hpp"
#include "topologies/files/matrix_file.hpp"

namespace gossamer {
namespace {

std::string market(const std::string& type, const std::string& lines) {
  return "%%MatrixMarket matrix coordinate " + type + "\n% a comment\n" + lines;
}

std::string refused(const std::string& text) { return refusal("g.mtx", text); }

const Reading path3{.nodes = 3, .directed = false, .edges = {{0, 1}, {1, 2}}};

TEST_CASE("A Matrix Market file is the graph of its entries off the diagonal that are not zero") {
  CHECK(read_text_as("g.mtx", market("pattern symmetric", "3 3 2\n2 1\n3 2\n")) == path3);
  CHECK(read_text_as("g.mtx", market("pattern general", "3 3 4\n2 1\n1 2\n\n3 2\n2 3\n")) == path3);
  CHECK(read_text_as("g.mtx", market("real symmetric", "3 3 5\n2 1 0.5\n1 1 7\n3 1 0\n3 2 -1e-3\n3 3 1\n")) == path3);
  CHECK(read_text_as("g.mtx", market("Integer General", "3 3 3\n1 2 4\n2 3 1\n3 1 -1\n")) ==
        Reading{.nodes = 3, .directed = true, .edges = {{0, 1}, {1, 2}, {2, 0}}});
  CHECK(read_text_as("g.txt", market("pattern symmetric", "3 3 2\n2 1\n3 2\n")) == path3);  // by its first line
  CHECK(read_text_as("g.txt", "%%matrixmarket MATRIX Coordinate Pattern Symmetric\n3 3 2\n1 2\n3 2\n",
                     GraphFormat::matrix_market) == path3);
}

TEST_CASE("The values of a Matrix Market file are not used for a graph, and a note says so") {
  const TemporaryFile file{"n.mtx", market("real symmetric", "2 2 1\n2 1 0.5\n")};
  CHECK(graph_from_file({.path = file.path().string()}).notes ==
        std::vector{file.message(": the values of the matrix are not used, only where they are")});
}

TEST_CASE("A Matrix Market file is a mixing matrix, by its name or by its first line") {
  for (const std::string name : {"w.mtx", "w.txt"}) {
    const TemporaryFile symmetric{name,
                                  market("real symmetric", "3 3 5\n1 1 .75\n2 1 .25\n2 2 .5\n3 2 .25\n3 3 .75\n")};
    const Mixing w = mixing_from_file(symmetric.path());
    CHECK(w.size() == 3);
    CHECK(w.weight(0, 1) == 0.25);
    CHECK(w.weight(1, 0) == 0.25);
    CHECK(w.weight(0, 2) == 0);
    CHECK(w.weight(2, 2) == 0.75);
  }
  const TemporaryFile general{"d.mtx", market("real general", "2 2 4\n1 1 0.5\n1 2 0.25\n2 1 0.5\n2 2 0.75\n")};
  CHECK(mixing_from_file(general.path(), Stochasticity::columns).weight(0, 1) == 0.25);
  const TemporaryFile pattern{"p.mtx", market("pattern symmetric", "2 2 1\n2 1\n")};
  CHECK_THROWS_WITH_AS(mixing_from_file(pattern.path()),
                       pattern.message(": a pattern without values, expected the type real or integer").c_str(),
                       InputError);
}

TEST_CASE("Other forms of Matrix Market, and files against their header, are refused with line and sentence") {
  const std::string expected =
      ":1: expected \"%%MatrixMarket matrix coordinate T S\", where T is real, integer or pattern and S is general or "
      "symmetric";
  for (const std::string first :
       {"%%MatrixMarket matrix array real general", "%%MatrixMarket matrix coordinate complex general",
        "%%MatrixMarket matrix coordinate real hermitian", "%%MatrixMarket vector coordinate real general",
        "%%MatrixMarket", "% no banner", "3 3 1"})
    CHECK(refused(first + "\n3 3 1\n2 1\n") == expected);
  const auto pattern = [](const std::string& lines) { return refused(market("pattern general", lines)); };
  CHECK(pattern("3 4 1\n2 1\n") == ":3: a matrix of 3 rows and 4 columns, expected a square one");
  CHECK(pattern("3 3\n2 1\n") == ":3: 2 fields, expected rows, columns and the number of entries");
  CHECK(pattern("3 3 2\n2 1\n") == ":4: the file ends after 1 of the 2 entries that its header announces");
  CHECK(pattern("3 3 1\n2 1\n3 1\n") == ":5: more than the 1 entries that the header announces");
  CHECK(pattern("3 3 1\n4 1\n") == ":4: an entry at 4, expected rows and columns from 1 to 3");
  CHECK(pattern("3 3 1\n0 1\n") == ":4: \"0\" is not a node number, expected one from 1 to 268435455");
  CHECK(pattern("3 3 1\n1 2 1\n") == ":4: 3 fields, expected row and column");
  CHECK(pattern("3 3 2\n2 1\n2 1\n") == ":5: the entry at row 2, column 1 is there twice, first on line 4");
  CHECK(pattern("") == ":2: the file ends before the line with rows, columns and the number of entries");
  CHECK(pattern("3 3 -1\n") == ":3: \"-1\" entries, expected a number from 0 to 268435456");
  CHECK(refused(market("real general", "3 3 1\n2 1\n")) == ":4: 2 fields, expected row, column and value");
  CHECK(refused(market("real general", "3 3 1\n2 1 nan\n")) == ":4: the value is nan, expected a finite number");
  CHECK(refused(market("real symmetric", "3 3 2\n2 1 1\n1 2 1\n"))
            .ends_with("the entry at row 1, column 2 is there twice, first on line 4"));
}

TEST_CASE("A header that announces more than the file holds takes no memory for it") {
  CHECK(refused(market("pattern general", "268435455 268435455 1\n2 1\n")).starts_with(": node 2 has no edge"));
  CHECK(refused(market("pattern general", "3 3 268435456\n2 1\n")) ==
        ":4: the file ends after 1 of the 268435456 entries that its header announces");
  const TemporaryFile weights{"w.mtx", market("real general", "268435455 268435455 1\n1 1 1\n")};
  CHECK_THROWS_WITH_AS(mixing_from_file(weights.path()),
                       weights.message(": row 1 of 268435455 has no weight, expected one in each from 0").c_str(),
                       InputError);
}

}  // namespace
}  // namespace gossamer
