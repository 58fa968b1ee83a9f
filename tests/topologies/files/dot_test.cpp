#include "topologies/files/dot.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topologies/files/graph_reading.hpp"

namespace gossamer {
namespace {

Pairs edges(const std::string& text) { return read_text_as("g.dot", text).edges; }
std::string refused(const std::string& text) { return refusal("g.dot", text); }

TEST_CASE("Braces are a group of nodes, with and without the keyword, and edges join all of two groups") {
  for (const std::string group : {"{b; c}", "{b c}", "subgraph {b, c}", "SubGraph cluster_1 { b c; label=x }",
                                  "{ b {c} }", "subgraph \"x y\" { {b} subgraph z {c b} }"}) {
    const std::string commas = group.find(',') == group.npos ? group : "{b;c}";
    CHECK(edges(fmt::format("graph {{ a -- {}; b -- c }}", commas)) == Pairs{{0, 1}, {0, 2}, {1, 2}});
  }
  CHECK(edges("graph { {a b} -- {c d} }") == Pairs{{0, 2}, {0, 3}, {1, 2}, {1, 3}});
  CHECK(edges("graph { {a b} -- c -- {d e} }") == Pairs{{0, 2}, {1, 2}, {2, 3}, {2, 4}});
  CHECK(edges("graph { subgraph s {a} subgraph s {b} subgraph s {} -- c }") == Pairs{{0, 2}, {1, 2}});
  CHECK(edges("graph { {a -- b} -- c; {} -- a }") == Pairs{{0, 1}, {0, 2}, {1, 2}});
  CHECK(read_text_as("g.gv", "digraph { a -> {b c} -> d }") ==
        Reading{.nodes = 4, .directed = true, .edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}}});
}

TEST_CASE("HTML, quoted and joined texts, comments, ports and attributes are read as Graphviz does") {
  CHECK(edges("graph { 0 -- 1 [label=<<b>x</b> -- >]; 1 -- 2 }") == Pairs{{0, 1}, {1, 2}});
  CHECK(edges("graph { <a<br/>> -- <b>; <a<br/>> -- c }") == Pairs{{0, 1}, {0, 2}});
  CHECK(edges("graph \"G -- {\" { \"a;\\\"b\" -- \"c\" + \"d\"; \"cd\" -- \"e\\\nf\"; ef -- \"a;\\\"b\" }") ==
        Pairs{{0, 1}, {0, 2}, {1, 2}});
  CHECK(edges("# 1 \"x.dot\"\ngraph { // a -- b\n a -- /* b\n -- c -- */ d } // end\n") == Pairs{{0, 1}});
  CHECK(edges("graph { a:p -- b:\"q\":ne -- c:sw; }") == Pairs{{0, 1}, {1, 2}});
  CHECK(edges("graph { rankdir=LR graph [a=b; c=d, e] node[x=y][z=1] edge [] a -- b[w=1][v=\"2\"] b -- c;; }") ==
        Pairs{{0, 1}, {1, 2}});
  CHECK(edges("GRAPH { -1 -- .5 -- 2. -- -1.5 -- é_1 }") == Pairs{{0, 1}, {1, 2}, {2, 3}, {3, 4}});
  CHECK(edges("graph { a--b--c--\"a\" }") == Pairs{{0, 1}, {0, 2}, {1, 2}});
}

TEST_CASE("Names that are 0 … n − 1 are the numbers; other names are numbered as the file first has them") {
  CHECK(edges("graph { 3; 1; 0; 2; 0--1; 1--2; 2--3 }") == Pairs{{0, 1}, {1, 2}, {2, 3}});
  CHECK(edges("graph { 2 -- \"0\" -- 1 }") == Pairs{{0, 1}, {0, 2}});
  CHECK(edges("graph { c -- a; a -- b }") == Pairs{{0, 1}, {1, 2}});
  CHECK(edges("graph { n2 -- n0 -- n1 }") == Pairs{{0, 1}, {1, 2}});
  CHECK(edges("graph { 3 -- 1 -- 2 }") == Pairs{{0, 1}, {1, 2}});
}

TEST_CASE("A strict graph has an edge once; other graphs once or in both directions") {
  CHECK(edges("strict graph { a -- b; b -- a; a -- b; b -- {a c} }") == Pairs{{0, 1}, {1, 2}});
  CHECK(read_text_as("g.dot", "strict digraph { a -> b; b -> a; a -> b }").edges == Pairs{{0, 1}, {1, 0}});
  CHECK(edges("graph { a -- b; b -- a }") == Pairs{{0, 1}});
  CHECK(refused("graph {\n a -- b\n b -- c\n b -- a }") ==
        ":4: the edge between 0 and 1 is there twice, first on line 2, expected every edge once, or every edge in both "
        "directions");
}

/// Delays of edges in the order of the file, −1 if there is none.
std::vector<double> delays(const std::string& text) {
  const TemporaryFile file{"d.dot", text};
  std::vector<double> result;
  for (const auto& edge : read_edge_attributes({.path = file.path().string()}, {{"delay", at_least(0), "a number"}}))
    result.push_back(edge.values[0].value_or(-1));
  return result;
}

TEST_CASE("A default of edges holds from there on, in its braces and in those within") {
  CHECK(delays("graph { a -- b; edge [delay=1]; b -- c; { c -- d; edge [delay=2] d -- e } e -- f [delay=3] }") ==
        std::vector<double>{-1, 1, 1, 2, 3});
  CHECK(delays("graph { edge [delay=1]; a -- b [delay=\"\"]; subgraph { edge [delay=\"\"]; b -- c } }") ==
        std::vector<double>{1, -1});
  CHECK(delays("strict graph { edge [delay=4]; a -- b; b -- a [delay=5]; a -- b [color=red] }") ==
        std::vector<double>{5});
  CHECK(delays("graph { {a b} -- {c d} [delay=7] }") == std::vector<double>{7, 7, 7, 7});
}

TEST_CASE("Text that is no DOT is refused with line, found text and expected text") {
  CHECK(refused("0 1\n1 2\n") == ":1: not DOT: \"0\", expected \"graph\" or \"digraph\"");
  CHECK(refused("graph { a -- }") == ":1: not DOT: \"}\", expected a node, an edge, an attribute or \"}\"");
  CHECK(refused("graph {\n a -- b\n") == ":3: not DOT: the file ends, expected a node, an edge, an attribute or \"}\"");
  CHECK(refused("graph { a -> b }") == ":1: not DOT: \"->\", expected \"--\" in an undirected graph");
  CHECK(refused("digraph {\na -- b }") == ":2: not DOT: \"--\", expected \"->\" in a digraph");
  CHECK(refused("graph { a -- b } graph { c }") ==
        ":1: not DOT: \"graph\", expected the end of the file after one graph");
  CHECK(refused("graph { 1.2.3 -- b }") ==
        ":1: \"1.2.\" is neither a name nor a number, expected quotation marks around such a name");
  CHECK(refused("graph {\n a -- \"b\n\n }").starts_with(":2: a text without its closing quotation mark"));
  CHECK(refused("graph { a [label=<x] }") == ":1: an HTML text without its closing \">\"");
  CHECK(refused("graph { a /* b }") == ":1: a comment without its closing \"*/\"");
  CHECK(refused("graph { a ! b }") == ":1: \"!\" begins nothing in DOT");
  CHECK(refused("graph { \"a\" + b }") == ":1: + joins two texts in quotation marks, and none follows");
  CHECK(refused("graph { edge -- b }") == ":1: not DOT: \"--\", expected \"[\" after \"edge\"");
  CHECK(refused("graph { subgraph s; }") == ":1: not DOT: \";\", expected \"{\"");
  CHECK(refused("graph { a -- a }") == ":1: node 0 is joined to itself, expected two different nodes");
}

TEST_CASE("Products of groups are counted before they are made") {
  const auto group = [](int first, int nodes) {
    std::string text = "{";
    for (int k = first; k < first + nodes; ++k) text += fmt::format(" {}", k);
    return text + " }";
  };
  CHECK(edges(fmt::format("graph {{ {} -- {} }}", group(0, 300), group(300, 200))).size() == 60'000);
  const std::string sentence = ":1: groups of nodes are joined by more than 16777216 edges, expected at most as many";
  CHECK(refused(fmt::format("graph {{ {} -- {} }}", group(0, 5000), group(5000, 5000))) == sentence);
  std::string many = fmt::format("graph {{ subgraph a {} ", group(0, 3000));
  for (int k = 0; k < 6000; ++k) many += "subgraph a {} ";
  CHECK(refused(many + "}") == sentence);  // copies of a group count as well
}

}  // namespace
}  // namespace gossamer
