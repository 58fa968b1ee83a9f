#include "topologies/files/gml.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topologies/files/graph_reading.hpp"

namespace gossamer {
namespace {

Pairs edges(const std::string& text) { return read_text_as("g.gml", text).edges; }
std::string refused(const std::string& text) { return refusal("g.gml", text); }

/// A path through the nodes with these ids and labels, in their order.
std::string path(const std::vector<std::string>& ids, const std::vector<std::string>& labels,
                 const std::vector<std::string>& chain) {
  std::string text = "graph [\n";
  for (std::size_t k = 0; k < ids.size(); ++k)
    text += fmt::format("  node [ id {} {} ]\n", ids[k], labels.empty() ? "" : "label \"" + labels[k] + "\"");
  for (std::size_t k = 1; k < chain.size(); ++k)
    text += fmt::format("  edge [ source {} target {} ]\n", chain[k - 1], chain[k]);
  return text + "]\n";
}

TEST_CASE("A GML file gives the graph that networkx and igraph wrote") {
  CHECK(edges("Creator \"igraph version 0.9 Mon [\"\nVersion 1\n# a comment ]\ngraph\n[\n  directed 0\n  node\n  [\n"
              "    id 0\n  ]\n  node\n  [\n    id 1\n    graphics [ x 1.5 y -2E3 fill \"#FF0000\" ]\n  ]\n  edge\n  [\n"
              "    source 1\n    target 0\n    w 2.5\n  ]\n]\n") == Pairs{{0, 1}});
  CHECK(read_text_as("g.gml",
                     "graph [ directed 1 multigraph 0 node [ id 0 ] node [ id 1 ] node [id 2] "
                     "edge [ source 0 target 1 ] edge[source 2 target 1] ]") ==
        Reading{.nodes = 3, .directed = true, .edges = {{0, 1}, {2, 1}}});
  CHECK(edges("graph [ edge [ target 8 source 7 ] node [ id 7 label \"two\nlines\" ] node [ label 3 id 8 ] ]") ==
        Pairs{{0, 1}});
}

TEST_CASE("GML nodes are numbered by labels that are 0 … n − 1, else by such ids, else in the order of the file") {
  const Pairs ascending{{0, 1}, {1, 2}};
  CHECK(edges(path({"2", "0", "1"}, {}, {"0", "1", "2"})) == ascending);
  CHECK(edges(path({"2", "0", "1"}, {"x", "y", "z"}, {"0", "1", "2"})) == ascending);
  CHECK(edges(path({"0", "1", "2"}, {"2", "0", "1"}, {"1", "2", "0"})) == ascending);  // as networkx names them
  CHECK(edges(path({"5", "3", "4"}, {"1", "2", "3"}, {"5", "3", "4"})) == ascending);
}

TEST_CASE("GML edges carry the attributes that are asked for") {
  const TemporaryFile file{"d.gml",
                           "graph [ node [ id 0 ] node [ id 1 ] node [ id 2 ] edge [ source 0 target 1 delay +.5E1 ]"
                           " edge [ source 1 target 2 delay \"7\" other [ delay 9 ] ] edge [ source 0 target 2 ] ]"};
  const auto read = read_edge_attributes({.path = file.path().string()}, {{"delay", at_least(0), "a number"}});
  REQUIRE(read.size() == 3);
  CHECK(read[0].values[0] == 5.0);
  CHECK(read[1].values[0] == 7.0);
  CHECK_FALSE(read[2].values[0].has_value());
}

TEST_CASE("Files without a flat GML graph are refused with line and sentence") {
  CHECK(refused("0 1\n") == ": not a GML file: holds no \"graph [ … ]\"");
  CHECK(refused("graph [\n node [ id 0 ]\n") == ":1: a list without its closing bracket");
  CHECK(refused("graph [ ] ]") == ":1: not a GML file: \"]\", expected a key");
  CHECK(refused("graph [\n node ]") == ":2: not a GML file: the key \"node\" has no value");
  CHECK(refused("graph [ \"a\" 1 ]") == ":1: not a GML file: \"a\", expected a key");
  CHECK(refused("graph [ a \"b\n") == ":1: a text without its closing quotation mark");
  CHECK(refused("graph [ ] graph [ ]") == ":1: a second graph, expected one");
  const std::string flat = " at this place, expected one flat graph of nodes and edges";
  CHECK(refused("graph [ node [ id 0 graph [ ] ] ]") == ":1: a list \"graph\"" + flat);
  CHECK(refused("node [ id 0 ]") == ":1: a list \"node\"" + flat);
  CHECK(refused("graph [ directed yes ]") == ":1: directed is \"yes\", expected 0 or 1");
  CHECK(refused("graph [\nnode [ label \"a\" ] ]") == ":2: a node without id");
  CHECK(refused("graph [ node [ id 0 ]\nnode [ id +00 ] ]") ==
        ":2: the node \"+00\" is there twice, expected each once");
  CHECK(refused("graph [ node [ id 0 ] node [ id 1 ]\nedge [ source 0 ] ]") == ":2: an edge without target");
  CHECK(refused("graph [ node [ id 0 ] node [ id 1 ]\nedge [ source 0 target 2 ] ]") ==
        ":2: an edge to the node \"2\", and there is none");
  CHECK(refused("graph [ ]") == ": holds no node, expected at least one");
}

}  // namespace
}  // namespace gossamer
