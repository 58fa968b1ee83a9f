#include "topologies/graphs/tree.hpp"

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/graphs/binary_tree.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a tree of k full levels has (d^k − 1)/(d − 1) nodes, one edge less, and diameter 2(k − 1)") {
  for (const NodeId d : {2, 3, 5}) {
    NodeId n = 1, level = 1;
    for (NodeId levels = 2; levels <= 4; ++levels) {
      level *= d, n += level;
      const GraphFacts f = facts(metropolis_hastings(tree(n, d)));
      CHECK(f.edges == n - 1);
      CHECK(f.diameter == 2 * (levels - 1));
      CHECK(f.degree_max == (levels == 2 ? d : d + 1));
      CHECK(f.bipartite);
    }
  }
}

TEST_CASE("one child makes a path, two children the binary tree, as many as there are others a star") {
  CHECK(facts(metropolis_hastings(tree(7, 1))).diameter == 6);
  CHECK((metropolis_hastings(tree(9, 2)).matrix() - metropolis_hastings(binary_tree(9)).matrix()).norm() == 0);
  CHECK(metropolis_hastings(tree(9, 8)).neighbors(0).size() == 8);
}

TEST_CASE("no node and no child are refused") {
  CHECK_THROWS_WITH_AS(tree(0, 2), "tree: needs at least 1 node, got 0", TopologyError);
  CHECK_THROWS_WITH_AS(tree(4, 0), "tree: a node needs at least 1 child, got 0", TopologyError);
}

}  // namespace
}  // namespace gossamer
