#include "topologies/files/graphml.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topologies/files/graph_reading.hpp"

namespace gossamer {
namespace {

const Reading triangle{.nodes = 3, .directed = false, .edges = {{0, 1}, {0, 2}, {1, 2}}};

/// A triangle whose edges hold these data of a key "k" with these attributes.
std::string with_data(const std::string& key, const std::vector<std::string>& data) {
  std::string text = fmt::format("<graphml><key id=\"k\" {}/><graph edgedefault=\"undirected\">", key);
  for (const char* const node : {"0", "1", "2"}) text += fmt::format("<node id=\"{}\"/>\n", node);
  for (std::size_t k = 0; k < 3; ++k)
    text += fmt::format("<edge source=\"{}\" target=\"{}\">{}</edge>\n", k, (k + 1) % 3, data[k]);
  return text + "</graph></graphml>";
}

std::string in_graph(const std::string& content, const std::string& attributes = "edgedefault=\"undirected\"") {
  return fmt::format("<graphml>\n<graph {}>{}</graph></graphml>", attributes, content);
}

const std::string two_nodes = R"(<node id="a"/><node id="b"/>)";

TEST_CASE("Data that nobody asks for do not matter, whatever their key and their value are") {
  const std::vector<std::string> keys{R"(for="edge" attr.name="backup" attr.type="boolean")",
                                      R"(for="edge" attr.name="n" attr.type="int")",
                                      R"(for="edge" attr.name="n" attr.type="nonsense")",
                                      R"(for="edge" yfiles.type="edgegraphics")",
                                      R"(attr.name="n" attr.type="double")",
                                      R"(for="all")",
                                      R"(for="port")",
                                      ""};
  const std::vector<std::string> values{"True",
                                        "false",
                                        "1",
                                        "TRUE",
                                        "maybe",
                                        "",
                                        "99999999999999999999999",
                                        "1e999",
                                        "nan",
                                        "0x1F",
                                        "-",
                                        " 3 ",
                                        "&lt;b&gt;",
                                        "<y:PolyLineEdge xmlns:y=\"u\"><graph/><node/></y:PolyLineEdge>"};
  for (const std::string& key : keys) {
    for (const std::string& value : values)
      CHECK(read_text_as("g.graphml", with_data(key, {"<data key=\"k\">" + value + "</data>", "<data key=\"k\"/>",
                                                      "<data key=\"other\">x</data><data/>"})) == triangle);
  }
}

TEST_CASE("Ids that are 0 … n − 1 are the numbers, in any order; other ids are numbered in the order of the file") {
  const auto path = [](const std::vector<std::string>& nodes, const std::vector<std::string>& chain) {
    std::string text;
    for (const auto& id : nodes) text += fmt::format("<node id=\"{}\"/>", id);
    for (std::size_t k = 1; k < chain.size(); ++k)
      text += fmt::format("<edge source=\"{}\" target=\"{}\"/>", chain[k - 1], chain[k]);
    return read_text_as("g.graphml", in_graph(text)).edges;
  };
  CHECK(path({"3", "1", "0", "2"}, {"0", "1", "2", "3"}) == Pairs{{0, 1}, {1, 2}, {2, 3}});
  CHECK(path({"n3", "n1", "n0", "n2"}, {"n0", "n1", "n2", "n3"}) == Pairs{{0, 3}, {1, 2}, {1, 3}});
  CHECK(path({"3", "1", "00", "2"}, {"00", "1", "2", "3"}) == Pairs{{0, 3}, {1, 2}, {1, 3}});
  CHECK(path({"4", "1", "3", "2"}, {"1", "2", "3", "4"}) == Pairs{{0, 2}, {1, 3}, {2, 3}});
  CHECK(read_text_as("g.graphml", in_graph(R"(<edge source="x" target="y"/><node id="y"/><node id="x"/>
                                              <edge source="y" target="z"/><node id="z"/>)"))
            .edges == Pairs{{0, 1}, {0, 2}});  // edges may precede their nodes
}

TEST_CASE("An edge is directed as it says itself, else as the graph does") {
  const auto read = [](const std::string& fallback, const std::string& edge) {
    return read_text_as("g.graphml", in_graph(R"(<node id="0"/><node id="1"/><node id="2"/>
      <edge source="1" target="0"/><edge source="1" target="2" )" +
                                                  edge + "/>",
                                              "edgedefault=\"" + fallback + "\""));
  };
  CHECK(read("undirected", "directed=\"true\"") ==
        Reading{.nodes = 3, .directed = true, .edges = {{0, 1}, {1, 0}, {1, 2}}});
  CHECK(read("directed", "directed=\"0\"") == Reading{.nodes = 3, .directed = true, .edges = {{1, 0}, {1, 2}, {2, 1}}});
  CHECK(read("directed", "") == Reading{.nodes = 3, .directed = true, .edges = {{1, 0}, {1, 2}}});
  CHECK(read("undirected", "directed=\"false\"") == Reading{.nodes = 3, .directed = false, .edges = {{0, 1}, {1, 2}}});
  CHECK(read_text_as("g.graphml", in_graph(two_nodes + R"(<edge source="a" target="b" directed="false"/>)",
                                           "edgedefault=\"directed\"")) ==
        Reading{.nodes = 2, .directed = false, .edges = {{0, 1}}});
}

TEST_CASE("Values come from the data of any key with the name, else from its default") {
  const TemporaryFile file{"v.graphml",
                           R"(<?xml version="1.0"?><g:graphml xmlns:g="http://graphml.graphdrawing.org/xmlns">
    <g:key id="a" for="edge" attr.name="delay" attr.type="double"><g:default> 4 </g:default></g:key>
    <g:key id="b" attr.name="delay" attr.type="int"/>
    <g:key id="c" for="node" attr.name="delay"><g:default>8</g:default></g:key>
    <g:graph edgedefault="undirected"><g:node id="0"/><g:node id="1"/><g:node id="2"/><g:node id="3"/>
    <g:edge source="0" target="1"><g:data key="a">
       +2.5
    </g:data></g:edge><g:edge source="1" target="2"><g:data key="b">3</g:data></g:edge>
    <g:edge source="2" target="3"><g:data key="c">9</g:data></g:edge>
    <g:edge source="3" target="0"><g:data key="a"/></g:edge></g:graph></g:graphml>)"};
  const auto edges =
      read_edge_attributes({.path = file.path().string()}, {{"delay", at_least(0), "a number at least 0"}});
  REQUIRE(edges.size() == 4);
  CHECK(edges[0].values[0] == 2.5);
  CHECK(edges[1].values[0] == 3.0);
  CHECK(edges[2].values[0] == 4.0);
  CHECK_FALSE(edges[3].values[0].has_value());
}

TEST_CASE("GraphML that is no flat graph is refused with line and sentence") {
  const std::string flat = ", expected one flat graph of nodes and edges";
  const auto refused = [](const std::string& text) { return refusal("g.graphml", text); };
  CHECK(refused(in_graph("<node id=\"a\"><graph edgedefault=\"directed\"/></node>")) ==
        ":2: a <graph> within <node>" + flat);
  CHECK(refused(in_graph(two_nodes + "\n<hyperedge/>")) == ":3: a <hyperedge> within <graph>" + flat);
  CHECK(refused(in_graph("<node id=\"a\"><node id=\"b\"/></node>")) == ":2: a <node> within <node>" + flat);
  CHECK(refused("<graphml><node id=\"a\"/></graphml>") == ":1: a <node> within <graphml>" + flat);
  CHECK(refused("<graphml><graph edgedefault=\"directed\"/><graph edgedefault=\"directed\"/></graphml>") ==
        ":1: a second graph, expected one");
  CHECK(refused("<graphml/>") == ": holds no graph, expected one");
  CHECK(refused("<gexf/>") == ":1: not a GraphML file: it begins with <gexf>, expected <graphml>");
  CHECK(refused(in_graph("", "edgedefault=\"both\"")) ==
        ":2: edgedefault is \"both\", expected \"directed\" or \"undirected\"");
  CHECK(refused(in_graph(two_nodes + R"(<edge source="a" target="b" directed="yes"/>)")) ==
        ":2: directed is \"yes\", expected \"true\" or \"false\"");
  CHECK(refused(in_graph("<node/>")) == ":2: a node without id");
  CHECK(refused(in_graph(two_nodes + "\n<edge source=\"a\"/>")) == ":3: an edge without target");
  CHECK(refused(in_graph(two_nodes + "\n<edge source=\"a\" target=\"c\"/>")) ==
        ":3: an edge to the node \"c\", and there is none");
  CHECK(refused(in_graph(two_nodes + "<node id=\"a\"/>")) == ":2: the node \"a\" is there twice, expected each once");
  CHECK(refused(in_graph("")) == ": holds no node, expected at least one");
  CHECK(read_text_as("g.graphml", in_graph(R"(<desc>x</desc><data key="d"/><node id="a"><port name="p"><port name="q"/>
    </port></node><node id="b"/><edge source="a" target="b" sourceport="p"/>)"))
            .edges == Pairs{{0, 1}});  // ports refine where an edge ends, not at which node
}

TEST_CASE("Files that are no XML, declare entities or never end are refused with line and sentence") {
  CHECK(refusal("g.graphml", "0 1\n1 2\n") == ":1: not an XML file: syntax error");
  CHECK(refusal("g.graphml", "<graphml>\n<graph edgedefault=\"directed\">\n</graphml>") ==
        ":3: not an XML file: mismatched tag");
  CHECK(refusal("g.graphml", "<graphml>\n<graph") == ":2: not an XML file: unclosed token");
  CHECK(refusal("g.graphml", "<!DOCTYPE graphml [\n<!ENTITY a \"aaaa\">\n]><graphml>&a;</graphml>") ==
        ":2: declares the entity \"a\", expected a file without entities");
  CHECK(read_text_as("g.graphml", "<!DOCTYPE graphml SYSTEM \"graphml.dtd\">" +
                                      in_graph(two_nodes + "<edge source=\"a\" target=\"b\"/>"))
            .nodes == 2);
  CHECK(refusal("g.graphml", "<graphml><graph edgedefault=\"directed\"><node id=\"" + std::string(1 << 25, 'x')) ==
        ":1: a tag or comment of more than 16777216 bytes");
}

}  // namespace
}  // namespace gossamer
