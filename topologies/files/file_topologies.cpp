#include "topologies/families.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "topologies/files/graph_file.hpp"
#include "topologies/files/matrix_file.hpp"

namespace gossamer {
namespace {

struct ListFile {
  std::string path;
  NodeIds ids = NodeIds::from_0;
};
struct MatrixFile {
  std::string path;
  Stochasticity stochasticity = Stochasticity::doubly;
};

Choices<Stochasticity> stochasticities() {
  return choices<Stochasticity>(
      {{"doubly", Stochasticity::doubly}, {"rows", Stochasticity::rows}, {"columns", Stochasticity::columns}});
}

Topology graph_file(const GraphFile& file, const Weighting& weighting) {
  GraphInFile read = graph_from_file(file);
  Topology result = topology("graph_file", weigh(read.graph, weighting));
  result.file = file;
  result.notes = std::move(read.notes);
  return result;
}

Choices<GraphFormat> graph_formats() {
  return choices<GraphFormat>({{"by_name", GraphFormat::by_name},
                               {"edge_list", GraphFormat::edge_list},
                               {"directed_edge_list", GraphFormat::directed_edge_list},
                               {"graphml", GraphFormat::graphml},
                               {"dot", GraphFormat::dot},
                               {"gml", GraphFormat::gml},
                               {"matrix_market", GraphFormat::matrix_market}});
}

/// Rounds whose graphs are in files.
Topology graph_list(const ListFile& file, const Weighting& weighting) {
  std::vector<Mixing> rounds;
  for (const Graph& graph : graphs_from_list(file.path, file.ids)) {
    try {
      rounds.push_back(weigh(graph, weighting, Connectivity::any));
    } catch (const InputError& error) {
      throw TopologyError{fmt::format("{}: round {}: {}", file.path, rounds.size(), error.what())};
    }
  }
  return scheduled("graph_list", rounds, 0);
}

/// The file's own W, unless a rule asks for other weights on its graph.
Mixing weigh_file(const MatrixFile& file, const Weighting& weighting) {
  const Mixing mixing = mixing_from_file(file.path, file.stochasticity);
  if (weighting.rule == Weighting::Rule::automatic) return lazy(mixing, weighting.laziness);
  return weigh(graph_of(mixing), weighting);
}

}  // namespace

std::vector<TopologyEntry> file_topologies() {
  using Seed = std::uint64_t;
  return {
      topology_entry<GraphFile>(
          "graph_file",
          "a graph from an edge list, GraphML, DOT, GML or Matrix Market file; nodes named 0 … n − 1 have these "
          "numbers, "
          "others are numbered in the order of the file",
          [](const GraphFile& s, const Weighting& weighting, Seed, const Topology*) {
            return graph_file(s, weighting);
          },
          {{"path", &GraphFile::path, "the file, plain or gzipped", required},
           {"format", &GraphFile::format, graph_formats(),
            "what the file holds; by_name goes by .graphml, .dot, .gv, .gml and .mtx, else undirected edges"},
           {"ids", &GraphFile::ids,
            choices<NodeIds>({{"from_0", NodeIds::from_0}, {"from_1", NodeIds::from_1}, {"names", NodeIds::names}}),
            "nodes of an edge list: numbers from 0 or from 1, or names, which are numbered as in other formats"}}),
      topology_entry<ListFile>(
          "graph_list", "rounds of graphs, each from a file of its own, with the weights of a rule",
          [](const ListFile& s, const Weighting& weighting, Seed, const Topology*) { return graph_list(s, weighting); },
          {{"path", &ListFile::path,
            "a text of one graph file a line: .graphml, .dot, .gv, .gml and .mtx, else undirected edges", required},
           {"ids", &ListFile::ids, choices<NodeIds>({{"from_0", NodeIds::from_0}, {"from_1", NodeIds::from_1}}),
            "the numbers of nodes in edge lists begin there"}}),
      topology_entry<MatrixFile>(
          "matrix_file", "a mixing matrix from a NumPy array, a Matrix Market file or a text of weights \"i j w\"",
          [](const MatrixFile& s, const Weighting& weighting, Seed, const Topology*) {
            return topology("matrix_file", weigh_file(s, weighting));
          },
          {{"path", &MatrixFile::path, "the file, plain or gzipped; .npy is a dense array, .mtx a Matrix Market file",
            required},
           {"stochastic", &MatrixFile::stochasticity, stochasticities(),
            "which sums of W are 1; columns are what push-sum needs"}}),
      topology_entry<MatrixFile>("schedule_file", "rounds whose mixing matrices are in a NumPy array, T × n × n",
                                 [](const MatrixFile& s, const Weighting& weighting, Seed, const Topology*) {
                                   check_own_weights("schedule_file", weighting);
                                   return scheduled("schedule_file", rounds_from_file(s.path, s.stochasticity),
                                                    weighting.laziness);
                                 },
                                 {{"path", &MatrixFile::path, "the file, an array of numbers", required},
                                  {"stochastic", &MatrixFile::stochasticity, stochasticities(),
                                   "which sums of every W(k) are 1; columns are what push-sum needs"}}),
  };
}

}  // namespace gossamer
