#include "topologies/graphs/equistatic.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/random.hpp"
#include "topologies/circulant.hpp"
#include "topologies/graph.hpp"

namespace gossamer {
namespace {

/// (1/n) I + ((n − 1)/n) × the mean of C^u over the offsets.
SparseMatrix mean_of_basis(NodeId nodes, const std::vector<NodeId>& offsets) {
  const double n = nodes;
  std::vector<std::pair<NodeId, double>> terms{{0, 1 / n}};
  for (const NodeId offset : offsets) terms.emplace_back(offset, (n - 1) / n / static_cast<double>(offsets.size()));
  return circulant(nodes, terms);
}

}  // namespace

std::vector<NodeId> equitopo_offsets(const char* kind, NodeId nodes, NodeId count, std::uint64_t seed) {
  check_size(kind, nodes, 2, static_cast<double>(nodes) * std::min(count, nodes));
  if (count < 1) throw TopologyError{fmt::format("{}: needs at least 1 offset, got {}", kind, count)};
  Draws draws{seed, Purpose::topology};
  std::vector<NodeId> offsets(static_cast<std::size_t>(count));
  for (NodeId& offset : offsets) offset = 1 + static_cast<NodeId>(draws.below(static_cast<std::uint64_t>(nodes - 1)));
  return offsets;
}

std::vector<NodeId> equitopo_offsets(const char* kind, NodeId nodes, const std::vector<std::int64_t>& given) {
  check_size(kind, nodes, 2, static_cast<double>(nodes) * static_cast<double>(given.size()));
  if (given.empty()) throw TopologyError{fmt::format("{}: offset_list names no offset, expected at least 1", kind)};
  std::vector<NodeId> offsets;
  for (const std::int64_t offset : given) {
    if (offset < 1 || offset >= nodes)
      throw TopologyError{fmt::format("{}: offset {} is out of range, expected 1 to {}, one below the number of nodes",
                                      kind, offset, nodes - 1)};
    offsets.push_back(static_cast<NodeId>(offset));
  }
  return offsets;
}

NodeId equitopo_offset_count(NodeId nodes, double rho, double failure) {
  const double count = std::ceil(8 * std::log(2.0 * nodes / failure) / (3 * rho * rho));
  if (count > max_nodes)
    throw TopologyError{
        fmt::format("EquiTopo: rho below {} needs {:.3g} offsets, more than the {} that fit", rho, count, max_nodes)};
  return static_cast<NodeId>(count);
}

Mixing d_equistatic(NodeId nodes, const std::vector<NodeId>& offsets) { return Mixing{mean_of_basis(nodes, offsets)}; }

Mixing u_equistatic(NodeId nodes, const std::vector<NodeId>& offsets) {
  const SparseMatrix directed = mean_of_basis(nodes, offsets);
  return Mixing{0.5 * (directed + SparseMatrix(directed.transpose()))};
}

}  // namespace gossamer
