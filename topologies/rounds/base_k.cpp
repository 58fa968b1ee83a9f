#include "topologies/rounds/base_k.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <Eigen/Core>

#include "topologies/graph.hpp"
#include "topologies/rounds/pairwise.hpp"

namespace gossamer {
namespace {

using NodeSpan = std::span<const NodeId>;
using Round = std::vector<WeightedPair>;

/// n as a product of factors up to `largest`, the largest first; empty if a prime factor is larger.
std::optional<std::vector<NodeId>> factors(std::size_t n, NodeId largest) {
  std::vector<NodeId> result;
  auto rest = static_cast<NodeId>(n);
  for (NodeId factor = std::min(largest, rest); factor >= 2; --factor)
    for (; rest % factor == 0; rest /= factor) result.push_back(factor);
  if (rest != 1) return std::nullopt;
  return result;
}

/// Adds the cliques along one digit of mixed-radix numbers. `stride` is the product of the radices before that digit.
void add_cliques(NodeSpan nodes, std::size_t stride, NodeId factor, Round& round) {
  const double weight = 1.0 / factor;
  const auto size = static_cast<std::size_t>(factor);
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const std::size_t digit = at / stride % size;
    for (std::size_t other = digit + 1; other < size; ++other)
      round.push_back({nodes[at], nodes[at + (other - digit) * stride], weight});
  }
}

/// Appends all of HyperHyperCube's rounds on some nodes, or one of them: round t, counted cyclically.
class HyperHyperCube {
 public:
  HyperHyperCube(NodeSpan nodes, NodeId k) : nodes_{nodes}, factors_{*factors(nodes.size(), k + 1)} {}

  std::size_t rounds() const { return factors_.size(); }
  /// The product of the factors of rounds 0 … t − 1, in the order of `add` without repetition.
  double averaged(std::size_t t) const {
    return std::accumulate(factors_.begin(), factors_.begin() + static_cast<std::ptrdiff_t>(std::min(t, rounds())), 1.0,
                           std::multiplies<>{});
  }
  void add(std::size_t t, Round& round) const {
    if (factors_.empty()) return;
    const std::size_t digit = t % factors_.size();
    std::size_t stride = 1;
    for (std::size_t l = 0; l < digit; ++l) stride *= static_cast<std::size_t>(factors_[l]);
    add_cliques(nodes_, stride, factors_[digit], round);
  }

 private:
  NodeSpan nodes_;
  std::vector<NodeId> factors_;
};

/// V_l of Simple Base: a_l blocks of (k + 1)^{p_l} nodes.
struct Part {
  NodeSpan nodes;
  std::size_t blocks = 1;

  std::size_t block_size() const { return nodes.size() / blocks; }
  NodeSpan block(std::size_t s) const { return nodes.subspan(s * block_size(), block_size()); }
};

std::vector<Part> parts_of(NodeSpan nodes, NodeId k) {
  const auto base = static_cast<std::size_t>(k) + 1;
  std::size_t power = 1;
  while (power <= nodes.size() / base) power *= base;
  std::vector<Part> parts;
  std::size_t begin = 0;
  for (; power >= 1; power /= base) {
    const std::size_t digit = (nodes.size() - begin) / power;
    if (digit == 0) continue;
    parts.push_back({nodes.subspan(begin, digit * power), digit});
    begin += digit * power;
  }
  return parts;
}

/// V_l donates: each later node is joined to a node of each block of V_l. Blocks are used from their last node on.
void add_donation(const Part& donor, NodeSpan later, Round& round) {
  const auto share = static_cast<double>(donor.nodes.size()) / static_cast<double>(donor.nodes.size() + later.size());
  for (std::size_t v = 0; v < later.size(); ++v)
    for (std::size_t s = 0; s < donor.blocks; ++s)
      round.push_back(
          {later[v], donor.block(s)[donor.block_size() - 1 - v], share / static_cast<double>(donor.blocks)});
}

/// Merges the rounds on some nodes into those of other nodes, which take place at the same time.
void add_beside(std::vector<Round>& rounds, const std::vector<Round>& others) {
  if (rounds.size() < others.size()) rounds.resize(others.size());
  for (std::size_t t = 0; t < others.size(); ++t) rounds[t].insert(rounds[t].end(), others[t].begin(), others[t].end());
}

std::vector<Round> hyper_hyper_cube(NodeSpan nodes, NodeId k) {
  const HyperHyperCube cube{nodes, k};
  std::vector<Round> rounds(cube.rounds());
  for (std::size_t t = 0; t < rounds.size(); ++t) cube.add(t, rounds[t]);
  return rounds;
}

std::vector<Round> simple_base(NodeSpan nodes, NodeId k) {
  if (factors(nodes.size(), k + 1)) return hyper_hyper_cube(nodes, k);
  const std::vector<Part> parts = parts_of(nodes, k);
  const std::size_t alone = HyperHyperCube{parts[0].nodes, k}.rounds();
  const std::size_t after = HyperHyperCube{parts[0].block(0), k}.rounds();
  std::vector<Round> rounds(alone + 1 + after);
  std::size_t end = 0;  // of the part's nodes
  for (std::size_t l = 0; l < parts.size(); ++l) {
    const Part& part = parts[l];
    end += part.nodes.size();
    for (std::size_t t = 0; t < alone; ++t) HyperHyperCube{part.nodes, k}.add(t, rounds[t]);
    if (l + 1 == parts.size()) continue;  // the last part has the mean of all nodes after the last donation
    const std::size_t donates = alone + l;
    add_donation(part, nodes.subspan(end), rounds[donates]);
    for (std::size_t s = 0; s < part.blocks; ++s)
      for (std::size_t t = donates + 1; t < rounds.size(); ++t)
        HyperHyperCube{part.block(s), k}.add(t - donates - 1, rounds[t]);
  }
  return rounds;
}

/// ‖W(t − 1) ⋯ W(0)‖_F² of Simple Base on n nodes after t = 0, 1, … of its rounds. For models drawn independently from
/// one law, Γ keeps the fraction (‖…‖_F² − 1)/(n − 1) in expectation.
std::vector<double> squares_of_simple_base(NodeId n, NodeId k) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(n));
  std::iota(nodes.begin(), nodes.end(), NodeId{0});
  const std::vector<Part> parts = parts_of(nodes, k);
  const std::vector<Round> rounds = simple_base(nodes, k);
  const std::size_t alone = HyperHyperCube{parts[0].nodes, k}.rounds();
  std::vector<double> result;
  for (std::size_t t = 0; t <= alone; ++t) {
    double sum = 0;
    for (const Part& part : parts)
      sum += static_cast<double>(part.nodes.size()) / HyperHyperCube{part.nodes, k}.averaged(t);
    result.push_back(sum);
  }
  // From here on every model is a mixture of the parts' means, whose squared weights are 1/|V_l|.
  Eigen::MatrixXd shares = Eigen::MatrixXd::Zero(n, static_cast<Eigen::Index>(parts.size()));
  Eigen::RowVectorXd sizes(shares.cols());
  for (std::size_t l = 0; l < parts.size(); ++l) {
    sizes[static_cast<Eigen::Index>(l)] = static_cast<double>(parts[l].nodes.size());
    for (const NodeId v : parts[l].nodes) shares(v, static_cast<Eigen::Index>(l)) = 1;
  }
  for (std::size_t t = alone; t < rounds.size(); ++t) {
    const Eigen::MatrixXd before = shares;
    for (const auto& [i, j, weight] : rounds[t]) {
      const Eigen::RowVectorXd flow = weight * (before.row(j) - before.row(i));
      shares.row(i) += flow;
      shares.row(j) -= flow;
    }
    result.push_back(shares.colwise().squaredNorm().cwiseQuotient(sizes).sum());
  }
  return result;
}

/// Interleaves the rounds within groups and the rounds across groups so that the remaining disagreement, summed over
/// the rounds of a period, is smallest. Rounds of each kind keep their order, and the two kinds commute. After t rounds
/// of the first and u of the second kind ‖W ⋯‖_F² is the product of `within[t]` and `across[u]`.
std::vector<Round> interleaved(const std::vector<Round>& inner, const std::vector<double>& within,
                               const std::vector<Round>& outer, const std::vector<double>& across) {
  const std::size_t t_end = inner.size(), u_end = outer.size();
  Eigen::ArrayXXd cost =
      Eigen::ArrayXXd::Constant(static_cast<Eigen::Index>(t_end) + 2, static_cast<Eigen::Index>(u_end) + 2, INFINITY);
  const auto at = [&](std::size_t t, std::size_t u) -> double& {
    return cost(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(u));
  };
  for (std::size_t t = t_end + 1; t-- > 0;)
    for (std::size_t u = u_end + 1; u-- > 0;)
      at(t, u) = t == t_end && u == u_end ? 0 : within[t] * across[u] - 1 + std::min(at(t + 1, u), at(t, u + 1));
  std::vector<Round> result;
  for (std::size_t t = 0, u = 0; t < t_end || u < u_end;) {
    const bool within_next = at(t + 1, u) <= at(t, u + 1) * (1 + 1e-12);
    result.push_back(within_next ? inner[t++] : outer[u++]);
  }
  return result;
}

/// The largest divisor whose prime factors are all at most `largest`.
NodeId smooth_divisor(NodeId n, NodeId largest) {
  NodeId rest = n;
  for (NodeId factor = 2; factor <= std::min(largest, rest); ++factor)
    while (rest % factor == 0) rest /= factor;
  return n / rest;
}

std::vector<Round> base(NodeSpan nodes, NodeId k) {
  const auto groups = static_cast<std::size_t>(smooth_divisor(static_cast<NodeId>(nodes.size()), k + 1));
  const std::size_t group_size = nodes.size() / groups;
  std::vector<Round> within;
  for (std::size_t g = 0; g < groups; ++g)
    add_beside(within, simple_base(nodes.subspan(g * group_size, group_size), k));
  std::vector<Round> across;
  std::vector<double> across_squares;
  for (std::size_t j = 0; j < group_size; ++j) {
    std::vector<NodeId> transversal;
    for (std::size_t g = 0; g < groups; ++g) transversal.push_back(nodes[g * group_size + j]);
    add_beside(across, hyper_hyper_cube(transversal, k));
    if (j > 0) continue;
    for (std::size_t u = 0; u <= across.size(); ++u)
      across_squares.push_back(static_cast<double>(groups) / HyperHyperCube{transversal, k}.averaged(u));
  }
  if (within.empty()) return across;
  const std::vector<Round> rounds =
      interleaved(within, squares_of_simple_base(static_cast<NodeId>(group_size), k), across, across_squares);
  std::vector<Round> simple = simple_base(nodes, k);
  return simple.size() < rounds.size() ? simple : rounds;
}

}  // namespace

std::vector<Mixing> base_k(NodeId nodes, NodeId degree) {
  if (degree < 1) throw TopologyError{fmt::format("base_k: degree must be at least 1, got {}", degree)};
  const double rounds_at_most = 2 * std::log(std::max(nodes, NodeId{1})) / std::log(degree + 1.0) + 2;
  check_size("base_k", nodes, 1, rounds_at_most * nodes * std::min(degree, nodes));
  std::vector<NodeId> all(static_cast<std::size_t>(nodes));
  std::iota(all.begin(), all.end(), NodeId{0});
  std::vector<Mixing> result;
  for (const Round& round : base(all, std::min(degree, nodes))) result.push_back(pairwise_round(nodes, round));
  if (result.empty()) result.push_back(pairwise_round(nodes, {}));
  return result;
}

}  // namespace gossamer
