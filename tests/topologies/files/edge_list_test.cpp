#include "topologies/files/edge_list.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topologies/files/graph_reading.hpp"

namespace gossamer {
namespace {

Reading edges(const std::string& text, NodeIds ids = NodeIds::from_0) {
  return read_text_as("g.edges", text, GraphFormat::edge_list, ids);
}

std::string refused(const std::string& text, NodeIds ids = NodeIds::from_0) {
  return refusal("g.edges", text, GraphFormat::edge_list, ids);
}

const Reading square{.nodes = 4, .directed = false, .edges = {{0, 1}, {0, 3}, {1, 2}, {2, 3}}};

TEST_CASE("Fields of an edge list are between blanks, tabs or commas, with any line ends") {
  for (const std::string separator : {" ", "\t", "  \t ", ",", ", ", " , "})
    for (const std::string line_end : {"\n", "\r\n", " \n"}) {
      std::string text = "# a square" + line_end;
      for (const auto& [i, j] : square.edges) text += fmt::format("{}{}{}{}", i, separator, j, line_end);
      CHECK(edges(text) == square);
    }
}

TEST_CASE("A third number and networkx's dictionaries are passed over, the number with a note") {
  CHECK(edges("0 1 {}\n1 2 {'weight': 0.5, 'color': 'red'}\n2 3 {}\n3 0 {}\n") == square);
  for (const std::string text : {"0 1 0.5\n1 2 -3\n2 3 1e-7\n3 0 +2\n", "0,1,1\n1,2,1\n2,3,1\n3,0,1\n"}) {
    const TemporaryFile file{"g.edges", text};
    const GraphInFile read = graph_from_file({.path = file.path().string()});
    CHECK(reading_of(read.graph) == square);
    CHECK(read.notes == std::vector{file.message(":1: the third number of a line is not used")});
  }
  const std::string expected =
      ", expected \"i j\" or \"i j weight\" with the numbers of two nodes, or a first line \"from to …\" that names "
      "columns";
  CHECK(refused("0 1 near\n") == ":1: 3 fields" + expected);
  CHECK(refused("0 1 2 3\n") == ":1: 4 fields" + expected);
  CHECK(refused("0 1\n1\n") == ":2: 1 field" + expected);
  CHECK(refused("0 1\n1 2 0.5\n2 0 0.5\n0 3 1\n") ==
        ":1: \"0 1\", and 3 edges \"i j weight\" follow, expected \"i j weight\" or the numbers of nodes and edges");
  CHECK(refused("0 1 1\n1 2 0.5\n2 0\n") == ":3: 2 fields, expected 3 as in the lines before");
}

TEST_CASE("The first line names columns by from and to, source and target, or src and dst") {
  for (const std::string names : {"from to", "source target", "Source,Target", "SRC\tDST"})
    CHECK(edges(names + "\n0 1\n1 2\n2 3\n3 0\n") == square);
  CHECK(edges("Source,Target,Type,Weight\n0,1,Undirected,1\n1,2,,\n2,3,-,2\n3,0,Undirected,\n") == square);
  CHECK(refused("source,target,weight\n0,1\n") == ":2: 2 fields, expected 3 as in the first line");
}

TEST_CASE("A first line counts nodes, or nodes and edges, if it cannot be an edge") {
  CHECK(edges("4\n0 1\n1 2\n2 3\n3 0\n") == square);
  CHECK(edges("1\n") == Reading{.nodes = 1});
  CHECK(edges("4 4\n0 1\n1 2\n2 3\n3 0\n") == square);
  CHECK(edges("4 4\n0 1 2.5\n1 2 1\n2 3 1\n3 0 1\n") == square);
  CHECK(edges("4 4\n1 2\n2 3\n3 4\n4 1\n", NodeIds::from_1) == square);
  CHECK(edges("4 3\n0 1 1\n1 2 1\n2 3 1\n").edges == Pairs{{0, 1}, {1, 2}, {2, 3}});  // "4 3" has no weight
  // A complete graph: n = 5, m = 10; as an edge, 5 10 would touch nothing.
  std::string complete = "5 10\n";
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < i; ++j) complete += fmt::format("{} {}\n", i, j);
  CHECK(edges(complete).edges.size() == 10);
  CHECK(edges(complete).nodes == 5);
  // An edge: fewer or more edges follow than it would count.
  CHECK(edges("3 0\n0 1\n1 2\n2 3\n") == square);
  CHECK(edges("3 2\n2 1\n1 0\n0 3\n") == square);
}

TEST_CASE("A first line that may be an edge or count nodes and edges is refused with both ways out") {
  const std::string sentence =
      ":1: \"4 3\" may be an edge or count nodes and edges; let the line begin with # if it counts, or move it down if "
      "it "
      "is an edge";
  CHECK(refused("4 3\n0 1\n1 2\n2 3\n") == sentence);
  CHECK(refused("4 3\n3 2\n2 1\n1 0\n") == sentence);
  CHECK(edges("#4 3\n0 1\n1 2\n2 3\n").nodes == 4);
  CHECK(edges("0 1\n4 3\n1 2\n2 3\n").nodes == 5);
}

TEST_CASE("An edge beyond the counted nodes is refused") {
  CHECK(refused("3\n0 1\n1 2\n2 3\n") ==
        ":4: node 3, and the first line counts 3 nodes; if their numbers begin at 1, set \"ids\" to \"from_1\"");
  CHECK(refused("3\n0 1\n1 7\n") == ":3: node 7, and the first line counts 3 nodes");
}

TEST_CASE("Every edge may be there in both directions, with values of each, but not some edges") {
  CHECK(edges("0 1\n1 0\n1 2\n2 1\n2 3\n3 2\n3 0\n0 3\n") == square);
  const std::string hint = ", expected every edge once, or every edge in both directions";
  CHECK(refused("0 1\n1 2\n1 0\n") == ":3: the edge between 0 and 1 is there twice, first on line 1" + hint);
  CHECK(refused("0 1\n1 0\n0 1\n") == ":3: the edge between 0 and 1 is there twice, first on line 1" + hint);
  CHECK(refusal("g.arcs", "0 1\n1 0\n0 1\n", GraphFormat::directed_edge_list) ==
        ":3: the edge between 0 and 1 is there twice, first on line 1, expected every edge once");
  const TemporaryFile file{"both.edges", "from to delay\n0 1 5\n1 0 7\n"};
  const auto read = read_edge_attributes({.path = file.path().string()}, {{"delay", at_least(0), "a number"}});
  REQUIRE(read.size() == 2);
  CHECK(read[0].values[0] == 5.0);
  CHECK(read[1].values[0] == 7.0);
}

TEST_CASE("Numbers from 1 and numbers with gaps are refused with a hint, and read as the hint says") {
  CHECK(refused("1 2\n2 3\n3 4\n4 1\n") ==
        ": node 0 has no edge, expected one at every node from 0 to 4; if the numbers of this file begin at 1, set "
        "\"ids\" to \"from_1\"");
  CHECK(edges("1 2\n2 3\n3 4\n4 1\n", NodeIds::from_1) == square);
  CHECK(refused("0 1\n1 0\n", NodeIds::from_1) == ":1: \"0\" is not a node number, expected one from 1 to 268435455");
  CHECK(refused("0 20\n20 30\n30 7\n7 0\n") ==
        ": node 1 has no edge, expected one at every node from 0 to 30; if the numbers of this file have gaps, set "
        "\"ids\" to \"names\"");
  CHECK(edges("0 20\n20 30\n30 7\n7 0\n", NodeIds::names) == square);
  CHECK(edges("Oslo Rome\nRome Bonn\nBonn Kyiv\nKyiv Oslo\n", NodeIds::names) == square);
  CHECK(edges("3 0\n0 1\n1 2\n2 3\n", NodeIds::names) == square);  // names that are 0 … n − 1 are the numbers
  CHECK(refusal("g.dot", "graph { 1 -- 2 }", GraphFormat::by_name, NodeIds::from_1) ==
        ": \"ids\" has no effect: only edge lists have them, and this file is read as another format");
}

TEST_CASE("A few large numbers are refused before memory is taken for all nodes below them") {
  CHECK(refused("0 1\n1 268435455\n")
            .starts_with(": node 2 has no edge, expected one at every node from 0 to 268435455"));
  CHECK(refused("268435455\n0 1\n").starts_with(": node 2 has no edge"));
  CHECK(refused("0 268435456\n") == ":1: \"268435456\" is not a node number, expected one from 0 to 268435455");
}

}  // namespace
}  // namespace gossamer
