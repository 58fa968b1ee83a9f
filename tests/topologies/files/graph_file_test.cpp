#include "topologies/files/graph_file.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topologies/files/graph_reading.hpp"
#include "tests/topologies/files/temporary_file.hpp"
#include "topologies/facts.hpp"
#include "topologies/files/graph_export.hpp"
#include "topologies/graphs/barabasi_albert.hpp"
#include "topologies/graphs/exponential.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

/// W of the graph in this file.
Mixing weights(const TemporaryFile& file, GraphFormat format = GraphFormat::by_name) {
  return metropolis_hastings(graph_from_file({.path = file.path().string(), .format = format}).graph);
}

TEST_CASE("an edge list gives its edges, comments and empty lines aside") {
  const TemporaryFile file{"list.edges", "# a square with a tail\n0 1\n1\t2   % the far side\n\n2 3\r\n3 0\n3 4"};
  const Mixing w = weights(file);
  CHECK(w.size() == 5);
  CHECK(facts(w).edges == 5);
  CHECK(w.weight(3, 4) == 0.25);
  CHECK(w.weight(0, 2) == 0);
}

TEST_CASE("a directed edge list gives arcs from the first to the second node") {
  CHECK(read_text_as("list.arcs", "0 1\n1 2\n2 0\n", GraphFormat::directed_edge_list) ==
        Reading{.nodes = 3, .directed = true, .edges = {{0, 1}, {1, 2}, {2, 0}}});
}

TEST_CASE("a line that is not an edge is refused with file and line") {
  CHECK(refusal("word.edges", "0 1\n1 two\n") == ":2: \"two\" is not a node number, expected one from 0 to 268435455");
  CHECK(refusal("negative.edges", "0 1\n\n-1 2\n") ==
        ":3: \"-1\" is not a node number, expected one from 0 to 268435455");
  CHECK(refusal("short.edges", "from to weight\n0 1\n") == ":2: 2 fields, expected 3 as in the first line");
  CHECK(refusal("same.edges", "from to weight weight\n0 1 1 1\n") ==
        ":1: the column \"weight\" is there twice, expected each once");
}

TEST_CASE("a loop and an edge that is there twice are refused with file and line") {
  CHECK(refusal("loop.edges", "0 1\n1 1\n") == ":2: node 1 is joined to itself, expected two different nodes");
  CHECK(refusal("twice.edges", "0 1\n1 2\n1 0\n") ==
        ":3: the edge between 0 and 1 is there twice, first on line 1, expected every edge once, or every edge in both "
        "directions");
}

TEST_CASE("a missing file, an empty one and a graph in two parts are refused") {
  for (const std::string name : {"a.edges", "a.dot", "a.graphml", "a.gml", "a.mtx"})
    CHECK_THROWS_WITH_AS(graph_from_file({.path = "/nonexistent/" + name}),
                         ("/nonexistent/" + name + ": no such file").c_str(), InputError);
  CHECK(refusal("empty.edges", "# nothing\n") == ": holds no node, expected at least one");
  const TemporaryFile parts{"parts.edges", "0 1\n2 3\n"};
  CHECK_THROWS_WITH_AS(weights(parts),
                       "the graph is not connected: of 4 nodes, 2 are linked with node 0, and node 2 is not",
                       InputError);
}

TEST_CASE("a graph written as DOT or GraphML reads back the same, directed or not") {
  for (const Mixing& w : {metropolis_hastings(barabasi_albert(30, 2, 1)), uniform_weights(exponential(12))}) {
    std::ostringstream dot, graphml;
    write_dot(w, dot);
    write_graphml(w, graphml);
    for (const auto& [name, content] : {std::pair{"back.dot", dot.str()}, {"back.graphml", graphml.str()}}) {
      const TemporaryFile file{name, content};
      const Mixing back = weigh(graph_from_file({.path = file.path().string()}).graph, {});
      CHECK((back.matrix() - w.matrix()).norm() < 1e-14);  // edges come back in another order
    }
  }
}

TEST_CASE("a written edge carries its weight") {
  std::ostringstream dot;
  write_dot(max_degree_weights(path(2)), dot);
  CHECK(dot.str() == "graph G {\n0;\n1;\n0--1  [weight=0.5];\n}\n");
}

const std::vector<NumberField> fields{{"delay", at_least(0), "a number at least 0"},
                                      {"rate", above(0), "a number above 0"}};

/// The content of a file: from, to, and both values or −1, edge by edge in ascending order.
std::vector<std::vector<double>> attributes(const std::string& name, const std::string& content) {
  const TemporaryFile file{name, content};
  std::vector<std::vector<double>> rows;
  for (const auto& [from, to, values] : read_edge_attributes({.path = file.path().string()}, fields))
    rows.push_back(
        {static_cast<double>(from), static_cast<double>(to), values[0].value_or(-1), values[1].value_or(-1)});
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST_CASE("Edges of every format carry the attributes that are asked for, some or none of them") {
  const std::vector<std::vector<double>> expected{{0, 1, 2.5, 100}, {1, 2, 7, -1}, {2, 3, -1, -1}};
  CHECK(attributes("a.edges", "# a path\nfrom to rate color delay\n0 1 1e2 red 2.5\n1 2 - blue 7\n2 3 - - -\n") ==
        expected);
  CHECK(attributes("a.dot",
                   "graph { 0 [delay=3]; 0 -- 1 [delay=2.5, rate=\"1e2\"]; 1 -- 2 [color=blue, delay=7]; 2 -- 3; }") ==
        expected);
  CHECK(attributes("a.graphml", R"(<graphml><key id="d" for="edge" attr.name="delay" attr.type="double"/>
      <key id="n" for="node" attr.name="rate" attr.type="int"/>
      <key id="r" for="edge" attr.name="rate" attr.type="string"/><graph edgedefault="undirected">
      <node id="a"><data key="n">5</data></node><node id="b"/><node id="c"/><node id="e"/>
      <edge source="a" target="b"><data key="d">2.5</data><data key="r">100</data></edge>
      <edge source="b" target="c"><data key="d">7</data></edge><edge source="c" target="e"/></graph></graphml>)") ==
        expected);
  CHECK(attributes("a.gml",
                   "graph [ node [ id 0 ] node [ id 1 ] node [ id 2 ] node [ id 3 ] edge [ source 0 target 1 rate 1E2 "
                   "delay 2.5 ] edge [ source 1 target 2 delay \"7\" ] edge [ source 2 target 3 ] ]") == expected);
  CHECK(attributes("a.csv", "source,target,rate,color,delay\n0,1,1e2,red,2.5\n1,2,,blue,+7\n2,3,-,,\n") == expected);
  CHECK(attributes("bare.edges", "0 1\n") == std::vector<std::vector<double>>{{0, 1, -1, -1}});
}

TEST_CASE("Arcs carry attributes of their own in each direction; a default is every edge's") {
  CHECK(attributes("d.gv", "digraph { edge [rate=4]; a -> b [delay=1]; b -> a [delay=2, rate=8]; }") ==
        std::vector<std::vector<double>>{{0, 1, 1, 4}, {1, 0, 2, 8}});
}

TEST_CASE("A value that an edge cannot have is refused with file, edge, and line where there is one") {
  const auto check = [](const std::string& name, const std::string& content, const std::string& sentence) {
    const TemporaryFile file{name, content};
    CHECK_THROWS_WITH_AS(read_edge_attributes({.path = file.path().string()}, fields), file.message(sentence).c_str(),
                         InputError);
  };
  check("v.edges", "from to delay\n0 1 1\n1 2 fast\n",
        ":3: delay of the edge between 1 and 2 is \"fast\", expected a number at least 0");
  check("v.dot", "graph { 0 -- 1 [rate=0]; }",
        ":1: rate of the edge between 0 and 1 is \"0\", expected a number above 0");
  check("v.graphml",
        R"(<graphml><key id="d" for="edge" attr.name="delay" attr.type="double"/><graph edgedefault="undirected">
      <node id="a"/><node id="b"/><edge source="a" target="b"><data key="d">-2</data></edge></graph></graphml>)",
        ":2: delay of the edge between 0 and 1 is \"-2\", expected a number at least 0");
}

}  // namespace
}  // namespace gossamer
