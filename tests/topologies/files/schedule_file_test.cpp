#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/topologies/files/temporary_file.hpp"
#include "topologies/files/graph_file.hpp"
#include "topologies/files/matrix_file.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

/// A NumPy file of version 1.0 with these numbers.
template <class T>
std::string npy(const std::string& type, const std::string& order, const std::string& shape,
                const std::vector<T>& numbers) {
  const std::string header = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}\n", type, order, shape);
  std::string content = "\x93NUMPY";
  content += {'\x01', '\0', static_cast<char>(header.size()), '\0'};
  content += header;
  for (const T number : numbers) content.append(reinterpret_cast<const char*>(&number), sizeof number);
  return content;
}

std::string error_of(const TemporaryFile& file) {
  try {
    rounds_from_file(file.path());
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

// W(0) has w_01 = w_12 = w_20 = 1/4; W(1) has no edges.
const std::vector<double> two_rounds{0.75, 0.25, 0, 0, 0.75, 0.25, 0.25, 0, 0.75, 1, 0, 0, 0, 1, 0, 0, 0, 1};

TEST_CASE("T × n × n numbers are T rounds, of doubles or floats, in C or in Fortran order") {
  const TemporaryFile doubles{"d.npy", npy<double>("<f8", "False", "(2, 3, 3)", two_rounds)};
  const TemporaryFile floats{
      "f.npy", npy<float>("<f4", "False", "(2, 3, 3)", std::vector<float>(two_rounds.begin(), two_rounds.end()))};
  std::vector<double> fortran;
  for (std::size_t j = 0; j < 3; ++j)
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t k = 0; k < 2; ++k) fortran.push_back(two_rounds[9 * k + 3 * i + j]);
  const TemporaryFile columns{"c.npy", npy<double>("<f8", "True", "(2, 3, 3)", fortran)};
  for (const TemporaryFile* file : {&doubles, &floats, &columns}) {
    const std::vector<Mixing> rounds = rounds_from_file(file->path());
    REQUIRE(rounds.size() == 2);
    for (NodeId i = 0; i < 3; ++i)
      for (NodeId j = 0; j < 3; ++j)
        for (std::size_t k = 0; k < 2; ++k)
          CHECK(rounds[k].weight(i, j) == two_rounds[9 * k + static_cast<std::size_t>(3 * i + j)]);
  }
}

TEST_CASE("a round that is not stochastic as promised is named, and so is a wrong shape") {
  std::vector<double> wrong = two_rounds;
  wrong[9] = 0.5;
  const TemporaryFile sums{"sums.npy", npy<double>("<f8", "False", "(2, 3, 3)", wrong)};
  CHECK(error_of(sums) ==
        sums.message(": W(1): mixing matrix: row 0 sums to 0.5, expected 1 (W must be doubly stochastic)"));
  const TemporaryFile flat{"flat.npy", npy<double>("<f8", "False", "(6, 3)", two_rounds)};
  CHECK(error_of(flat) == flat.message(": an array of shape (6, 3), expected (T, n, n) with n from 1 to 32768"));
  const TemporaryFile oblong{"oblong.npy", npy<double>("<f8", "False", "(3, 2, 3)", two_rounds)};
  CHECK(error_of(oblong) == oblong.message(": an array of shape (3, 2, 3), expected (T, n, n) with n from 1 to 32768"));
  const TemporaryFile none{"none.npy", npy<double>("<f8", "False", "(0, 3, 3)", {})};
  CHECK(error_of(none) == none.message(": an array of shape (0, 3, 3), expected (T, n, n) with n from 1 to 32768"));
  for (const std::string order : {"False", "True"}) {
    const TemporaryFile large{"large.npy", npy<double>("<f8", order, "(1099511627776, 1, 1)", {1})};
    CHECK(error_of(large) ==
          large.message(": the file ends after 1 of the 1099511627776 values that its header announces"));
  }
  const TemporaryFile brief{"brief.npy", npy<double>("<f8", "False", "(3, 3, 3)", two_rounds)};
  CHECK(error_of(brief) == brief.message(": the file ends after 18 of the 27 values that its header announces"));
}

TEST_CASE("rounds whose columns alone sum to 1 are read where that is asked for") {
  const TemporaryFile file{"columns.npy", npy<double>("<f8", "False", "(1, 2, 2)", {0.5, 0.25, 0.5, 0.75})};
  CHECK(rounds_from_file(file.path(), Stochasticity::columns)[0].stochasticity() == Stochasticity::columns);
  CHECK_THROWS_AS(rounds_from_file(file.path(), Stochasticity::rows), TopologyError);
}

TEST_CASE("a list of graph files is a list of rounds, of as many nodes as the largest has") {
  const TemporaryFile first{"first.edges", "0 1\n"};
  const TemporaryFile second{"second.edges", "1 2\n2 3\n"};
  const TemporaryFile list{"list.txt", "# two rounds\n" + first.path().filename().string() + "\n" +
                                           second.path().string() + "  # the second\n"};
  const std::vector<Graph> graphs = graphs_from_list(list.path());
  REQUIRE(graphs.size() == 2);
  for (const Graph& graph : graphs) CHECK(size(graph) == 4);
  const Mixing w = weigh(graphs[0], {}, Connectivity::any);
  CHECK(w.weight(0, 1) == 0.5);
  CHECK(w.weight(3, 3) == 1);
  CHECK(weigh(graphs[1], {}, Connectivity::any).weight(1, 2) == 1.0 / 3);
}

TEST_CASE("a list without files, a line of two, and a graph of fewer nodes that counts them are refused") {
  const auto error = [](const TemporaryFile& list) -> std::string {
    try {
      graphs_from_list(list.path());
    } catch (const InputError& refused) {
      return refused.what();
    }
    return "no error";
  };
  const TemporaryFile none{"none.txt", "# nothing\n"};
  CHECK(error(none) == none.message(": names no graph file, expected one a line"));
  const TemporaryFile two{"two.txt", "a.edges b.edges\n"};
  CHECK(error(two) == two.message(":1: 2 fields, expected the path of one graph file"));
  const TemporaryFile edges{"four.edges", "0 3\n"};
  const TemporaryFile gap{"gap.txt", edges.path().string() + "\n" + edges.path().string() + "\n"};
  CHECK(error(gap) == gap.message(": node 1 has no edge in any round, expected one at every node from 0 to 3"));
  const TemporaryFile from_one{"one.edges", "1 2\n2 3\n"};
  const TemporaryFile ones{"ones.txt", from_one.path().string() + "\n"};
  CHECK(error(ones) == ones.message(": node 0 has no edge in any round, expected one at every node from 0 to 3; if the "
                                    "numbers of this file begin at 1, set \"ids\" to \"from_1\""));
  CHECK(size(graphs_from_list(ones.path(), NodeIds::from_1)[0]) == 3);
  const TemporaryFile dot{"three.dot", "graph { 0 -- 1; 1 -- 2; }"};
  const TemporaryFile list{"mixed.txt", edges.path().string() + "\n" + dot.path().string() + "\n"};
  CHECK(error(list) == dot.message(": has 3 nodes, expected 4 as in other rounds of " + list.path().string()));
}

}  // namespace
}  // namespace gossamer
