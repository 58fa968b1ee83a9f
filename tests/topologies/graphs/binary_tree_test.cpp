#include "topologies/graphs/binary_tree.hpp"

#include <doctest/doctest.h>

#include "topologies/facts.hpp"
#include "topologies/weights.hpp"

namespace gossamer {
namespace {

TEST_CASE("a binary tree of k full levels has n − 1 edges and diameter 2(k − 1)") {
  for (const NodeId levels : {1, 2, 3, 6}) {
    CAPTURE(levels);
    const NodeId n = (1 << levels) - 1;
    const GraphFacts f = facts(metropolis_hastings(binary_tree(n)));
    CHECK(f.edges == n - 1);
    CHECK(f.diameter == 2 * (levels - 1));
    CHECK(f.degree_max == (levels == 1 ? 0 : levels == 2 ? 2 : 3));
    CHECK(f.bipartite);
  }
}

TEST_CASE("node i of a binary tree has the children 2i + 1 and 2i + 2") {
  const Mixing w = metropolis_hastings(binary_tree(6));
  CHECK(w.weight(1, 3) > 0);
  CHECK(w.weight(1, 4) > 0);
  CHECK(w.weight(2, 5) > 0);
  CHECK(w.neighbors(2).size() == 2);
  CHECK_THROWS_WITH_AS(binary_tree(0), "binary_tree: needs at least 1 node, got 0", TopologyError);
}

}  // namespace
}  // namespace gossamer
