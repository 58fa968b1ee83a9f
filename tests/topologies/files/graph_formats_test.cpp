#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include "sim/ground/random.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/topologies/files/graph_reading.hpp"
#include "topologies/files/matching_file.hpp"
#include "topologies/files/matrix_file.hpp"
#include "topologies/graphs/ring.hpp"
#include "topologies/weights.hpp"

/// Whatever holds for the readers of all formats of graphs and matrices.
namespace gossamer {
namespace {

/// Numbers 0 … n − 1 in a random order.
std::vector<NodeId> shuffled(NodeId n, Draws& draws) {
  std::vector<NodeId> result(static_cast<std::size_t>(n));
  std::iota(result.begin(), result.end(), 0);
  for (std::size_t k = result.size(); k > 1; --k) std::swap(result[k - 1], result[draws.below(k)]);
  return result;
}

/// A connected graph of n nodes: a random tree, and as many edges again if they are new.
Reading random_graph(NodeId n, Draws& draws) {
  Reading graph{.nodes = n};
  for (NodeId i = 1; i < n; ++i)
    for (const NodeId j : {static_cast<NodeId>(draws.below(static_cast<std::uint64_t>(i))),
                           static_cast<NodeId>(draws.below(static_cast<std::uint64_t>(i)))})
      graph.edges.emplace_back(j, i);
  std::sort(graph.edges.begin(), graph.edges.end());
  graph.edges.erase(std::unique(graph.edges.begin(), graph.edges.end()), graph.edges.end());
  return graph;
}

struct TextOfGraph {
  std::string name;
  std::string text;
  NodeIds ids = NodeIds::from_0;
};

/// The graph in every format, with nodes and edges in a random order, and ends of edges exchanged.
std::vector<TextOfGraph> texts_of(const Reading& graph, Draws& draws) {
  std::string list, graphml = "<graphml><graph edgedefault=\"undirected\">", dot = "graph {", gml = "graph [",
                    labels = gml;
  std::string market =
      fmt::format("%%MatrixMarket matrix coordinate pattern symmetric\n{0} {0} {1}\n", graph.nodes, graph.edges.size());
  NodeId place = 0;
  std::vector<NodeId> places(static_cast<std::size_t>(graph.nodes));
  for (const NodeId node : shuffled(graph.nodes, draws)) {
    graphml += fmt::format("<node id=\"{}\"/>", node);
    dot += fmt::format("{};", node);
    gml += fmt::format("node [ id {} ]\n", node);
    labels += fmt::format("node [ id {} label \"{}\" ]\n", place, node);
    places[static_cast<std::size_t>(node)] = place++;
  }
  for (const NodeId k : shuffled(static_cast<NodeId>(graph.edges.size()), draws)) {
    auto [i, j] = graph.edges[static_cast<std::size_t>(k)];
    if (draws.below(2) == 0) std::swap(i, j);
    list += fmt::format("{} {}\n", i, j);
    graphml += fmt::format("<edge source=\"{}\" target=\"{}\"/>", i, j);
    dot += fmt::format("{}--{};", i, j);
    gml += fmt::format("edge [ source {} target {} ]\n", i, j);
    labels += fmt::format("edge [ source {} target {} ]\n", places[static_cast<std::size_t>(i)],
                          places[static_cast<std::size_t>(j)]);
    market += fmt::format("{} {}\n", i + 1, j + 1);
  }
  return {{"g.edges", "# a list\n" + std::to_string(graph.nodes) + "\n" + list},
          {"g.names", list, NodeIds::names},
          {"g.graphml", graphml + "</graph></graphml>\n"},
          {"g.dot", dot + "}\n"},
          {"g.gml", gml + "]\n"},
          {"labels.gml", labels + "]\n"},
          {"g.mtx", market}};
}

TEST_CASE("A graph whose nodes are 0 … n − 1 is the same in every format, in whatever order these are there") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Draws draws{seed, Purpose::topology};
    const Reading graph = random_graph(static_cast<NodeId>(2 + draws.below(30)), draws);
    for (const auto& file : texts_of(graph, draws)) {
      const auto& [name, text, ids] = file;
      CAPTURE(file.name);
      CAPTURE(file.text);
      CHECK(read_text_as(name, text, GraphFormat::by_name, ids) == graph);
    }
  }
}

TEST_CASE("Every format of graphs is read with a byte order mark, gzipped, and with line ends of any kind") {
  Draws draws{7, Purpose::topology};
  const Reading graph = random_graph(12, draws);
  const TemporaryFolder folder;
  const auto read = [](const std::filesystem::path& path, NodeIds ids) {
    return reading_of(graph_from_file({.path = path.string(), .ids = ids}).graph);
  };
  for (const auto& file : texts_of(graph, draws)) {
    const auto& [name, text, ids] = file;
    CAPTURE(file.name);
    std::string windows;
    for (const char letter : text) windows += letter == '\n' ? std::string{"\r\n"} : std::string(1, letter);
    CHECK(read(folder.write("bom_" + name, "\xEF\xBB\xBF" + text), ids) == graph);
    CHECK(read(folder.write("windows_" + name, "\xEF\xBB\xBF" + windows), ids) == graph);
    CHECK(read(folder.write_gzipped(name + ".gz", text), ids) == graph);
    CHECK(read(folder.write_gzipped("bom_" + name + ".gz", "\xEF\xBB\xBF" + text), ids) == graph);
  }
}

TEST_CASE("Every format of graphs is read from a pipe, which can be read only once") {
  Draws draws{8, Purpose::topology};
  const Reading graph = random_graph(12, draws);
  const GraphFormat formats[]{GraphFormat::by_name, GraphFormat::by_name, GraphFormat::graphml,      GraphFormat::dot,
                              GraphFormat::gml,     GraphFormat::gml,     GraphFormat::matrix_market};
  const auto texts = texts_of(graph, draws);
  for (std::size_t k = 0; k < texts.size(); ++k) {
    CAPTURE(texts[k].name);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(texts[k].text.size() < 4096);  // so much fits in a pipe
    CHECK(write(ends[1], texts[k].text.data(), texts[k].text.size()) == static_cast<ssize_t>(texts[k].text.size()));
    close(ends[1]);
    const GraphFile file{.path = fmt::format("/dev/fd/{}", ends[0]), .format = formats[k], .ids = texts[k].ids};
    CHECK(reading_of(graph_from_file(file).graph) == graph);
    close(ends[0]);
  }
}

TEST_CASE("Matrices, matchings and lists of graphs are read with a byte order mark, gzipped and with commas") {
  const TemporaryFolder folder;
  const Mixing w = metropolis_hastings(ring(4));
  std::string weights = "# i, j, w\n", market = "%%MatrixMarket matrix coordinate real general\n4 4 12\n";
  for (NodeId i = 0; i < 4; ++i)
    for (NodeId j = 0; j < 4; ++j)
      if (w.weight(i, j) != 0) {
        weights += fmt::format("{}, {}, {}\n", i, j, w.weight(i, j));
        market += fmt::format("{} {} {}\n", i + 1, j + 1, w.weight(i, j));
      }
  const std::string mark = "\xEF\xBB\xBF";
  write_npy(w, folder.path() / "w.npy");
  const std::string npy = TemporaryFolder::read(folder.path() / "w.npy");
  for (const auto& path : {folder.write("w.csv", mark + weights), folder.write_gzipped("w.txt.gz", weights),
                           folder.write("w.mtx", mark + market), folder.write_gzipped("w.mtx.gz", market),
                           folder.write_gzipped("w.npy.gz", npy)}) {
    CAPTURE(path.string());
    CHECK((mixing_from_file(path).matrix() - w.matrix()).norm() == 0);
  }
  const std::string matchings = mark + "0,1,0\n2,3,0\n1,2,1\n0,3,1\n";
  const std::vector<Matching> expected{{{0, 1}, {2, 3}}, {{0, 3}, {1, 2}}};
  CHECK(matchings_from_file(folder.write("m.csv", matchings), w) == expected);
  CHECK(matchings_from_file(folder.write_gzipped("m.csv.gz", matchings), w) == expected);
  folder.write("a.edges", mark + "0 1\n2 3\n");
  folder.write_gzipped("b.edges.gz", "1,2\n0,3\n");
  CHECK(graphs_from_list(folder.write("rounds.txt", mark + "a.edges\nb.edges.gz\n")).size() == 2);
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int k = 0; k < times; ++k) result += text;
  return result;
}

TEST_CASE("Every nested format is read to two hundred levels, and refused beyond in one sentence") {
  struct Nested {
    std::string name, before, open, inside, close, after;
    int levels;  ///< that the open and close texts may be repeated
  };
  const Nested formats[]{
      {"g.dot", "graph { 0 -- 1 ", "{", "", "}", "}", 200},
      {"g.dot", "graph { 0 -- ", "subgraph {", "1", "}", "}", 200},
      {"g.dot", "digraph { 0 -> 1 ", "{ 0 ", "", "}", "}", 200},
      {"g.gml", "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 ] ", "a [ ", "b 1", " ]", "]", 199},
      {"g.gml", "graph [ node [ id 0 ", "a [ ", "", " ]", " ] node [ id 1 ] edge [ source 0 target 1 ] ]", 198},
      {"g.graphml",
       "<graphml><graph edgedefault=\"undirected\"><node id=\"0\"/><node id=\"1\"/><edge source=\"0\" "
       "target=\"1\"/>",
       "<a>", "x", "</a>", "</graph></graphml>", 198},
      {"g.graphml",
       "<graphml><graph edgedefault=\"undirected\"><node id=\"0\"/><node id=\"1\"/><edge source=\"0\" "
       "target=\"1\"><data key=\"d\">",
       "<b>", "", "</b>", "</data></edge></graph></graphml>", 196}};
  for (const Nested& one : formats) {
    CAPTURE(one.before);
    CAPTURE(one.open);
    const auto nested = [&one](int times) {
      return one.before + repeated(one.open, times) + one.inside + repeated(one.close, times) + one.after;
    };
    CHECK(read_text_as(one.name, nested(one.levels)).nodes == 2);
    for (const int deeper : {one.levels + 1, 300'000})
      CHECK(refusal(one.name, nested(deeper)) == ":1: nested deeper than 200 levels");
    CHECK(refusal(one.name, one.before + repeated(one.open, 300'000)) == ":1: nested deeper than 200 levels");
  }
}

/// The text with some bytes changed, left out, repeated or exchanged for others that formats give a meaning.
std::string mutated(std::string text, Draws draws) {
  static const std::vector<std::string> parts{
      "{",     "}",     "[",         "]",    "<",        ">",      "\"",       "--", "->",         "/*",
      "*/",    "//",    "#",         "%",    ",",        ";",      ":",        "=",  "+",          "-",
      "&amp;", "<!--",  "<![CDATA[", "\n",   " ",        "0",      "1",        "-1", "4294967296", "1e999",
      "nan",   "graph", "node",      "edge", "subgraph", "strict", "</graph>", "id", "source"};
  for (std::uint64_t changes = 1 + draws.below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = draws.below(text.size()), length = 1 + draws.below(20);
    switch (draws.below(5)) {
      case 0:
        text[at] = static_cast<char>(draws.below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(draws.below(text.size()), text.substr(at, length));
        break;
      case 3:
        text.insert(at, parts[draws.below(parts.size())]);
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

/// Runs `read`; any other exception than InputError fails the test. Returns whether `read` threw.
template <class Read>
bool refuses(const Read& read) {
  try {
    read();
    return false;
  } catch (const InputError& error) {
    const std::string sentence = error.what();
    CHECK(sentence.size() < 1000);
    return true;
  }
}

TEST_CASE("A damaged file of any format is read or refused with an InputError of one short sentence") {
  Draws draws{3, Purpose::topology};
  const Reading graph = random_graph(6, draws);
  auto texts = texts_of(graph, draws);
  texts.push_back(
      {"more.dot", "strict graph \"g\" { edge [delay=1]; a:p -- {b; subgraph c {d <e<f>>}} [delay=\"2\" + \"3\"] }"});
  texts.push_back({"more.graphml",
                   "<?xml version=\"1.0\"?><graphml><key id=\"k\" for=\"edge\" attr.name=\"delay\"><default>1"
                   "</default></key><graph edgedefault=\"directed\"><node id=\"a\"/><node id=\"b\"><port name="
                   "\"p\"/></node><edge source=\"a\" target=\"b\" directed=\"false\"><data key=\"k\">2</data>"
                   "</edge></graph></graphml>"});
  texts.push_back({"more.edges", "from,to,delay\n0,1,2\n1,2,\n"});
  int refused = 0, read = 0;
  for (const TextOfGraph& whole : texts) {
    const auto& [name, text, ids] = whole;
    CAPTURE(whole.name);
    for (std::uint64_t k = 0; k < 300; ++k) {
      const TemporaryFile file{name, mutated(text, Draws{k, Purpose::noise})};
      const GraphFile graph_file{.path = file.path().string(), .ids = ids};
      const bool bad = refuses([&] { graph_from_file(graph_file); });
      refuses([&] { read_edge_attributes(graph_file, {{"delay", at_least(0), "a number"}}); });
      refuses([&] { mixing_from_file(file.path()); });
      ++(bad ? refused : read);
    }
  }
  CHECK(refused > 300);  // both happen, so the mutations are neither harmless nor hopeless
  CHECK(read > 100);
}

TEST_CASE("A damaged matrix, schedule or list of matchings is read or refused with an InputError") {
  const TemporaryFolder folder;
  const Mixing w = metropolis_hastings(ring(4));
  write_npy(w, folder.path() / "w.npy");
  const std::string npy = TemporaryFolder::read(folder.path() / "w.npy");
  const std::string weights = "0 0 0.5\n0 1 0.5\n1 0 0.5\n1 1 0.5\n", matchings = "0 1 0\n2 3 0\n1 2 1\n0 3 1\n";
  for (std::uint64_t k = 0; k < 500; ++k) {
    const Draws draws{k, Purpose::noise};
    refuses([&] { mixing_from_file(folder.write("m.npy", mutated(npy, draws))); });
    refuses([&] { rounds_from_file(folder.write("r.npy", mutated(npy, draws))); });
    refuses([&] { mixing_from_file(folder.write("m.txt", mutated(weights, draws))); });
    refuses([&] { matchings_from_file(folder.write("m.txt", mutated(matchings, draws)), w); });
  }
}

}  // namespace
}  // namespace gossamer
