#include "topologies/registry.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/topologies/files/temporary_file.hpp"

namespace gossamer {
namespace {

const TopologyEntry& find(const std::string& kind) {
  return *std::ranges::find(topologies(), kind, &TopologyEntry::name);
}

Topology make(const std::string& kind, const Values& own, const Values& common = {}, std::uint64_t seed = 1,
              const Topology* base = nullptr) {
  Values values = defaults(find(kind).settings), weighting = defaults(weighting_settings());
  for (const auto& [name, value] : own) values[name] = value;
  for (const auto& [name, value] : common) weighting[name] = value;
  return make_topology(find(kind), values, weighting, seed, base);
}

Value integer(std::int64_t x) { return x; }

/// Checks the promises of every schedule: rounds have one size, are doubly stochastic, and use edges of the mean alone.
/// The mean is that of a period; or that of 500 rounds within five standard errors, each at most 1/(2√500) for a weight
/// in [0, 1].
void check_schedule(const Topology& topology) {
  const NodeId n = topology.mixing.size();
  const bool periodic = topology.schedule->period().has_value();
  const std::uint64_t rounds = periodic ? *topology.schedule->period() : 500;
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(n, n);
  for (std::uint64_t k = 0; k < rounds; ++k) {
    const auto w = topology.schedule->round(k);
    REQUIRE(w->size() == n);
    CHECK(w->stochasticity() == Stochasticity::doubly);
    sum += w->matrix();
    for (NodeId i = 0; i < n; ++i)
      for (const NodeId j : w->neighbors(i)) CHECK(topology.mixing.position(i, j).has_value());
    if (periodic) CHECK(topology.schedule->round(k + rounds) == w);
  }
  const double tolerance = periodic ? 1e-14 : 5 / (2 * std::sqrt(500.0));
  CHECK((sum / static_cast<double>(rounds) - Eigen::MatrixXd(topology.mixing.matrix())).cwiseAbs().maxCoeff() <
        tolerance);
}

TEST_CASE("every topology in the registry is built from its required settings alone") {
  const TemporaryFile edges{"triangle.edges", "0 1\n1 2\n2 0\n"};
  const TemporaryFile weights{"pair.txt", "0 0 0.5\n0 1 0.5\n1 0 0.5\n1 1 0.5\n"};
  const TemporaryFile list{"rounds.txt", edges.path().string() + "\n"};
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2), }";
  const TemporaryFile rounds{"rounds.npy", std::string{"\x93NUMPY\1\0", 8} + static_cast<char>(header.size()) + '\0' +
                                               header + std::string{"\1\0\0\1\0\1\1\0", 8}};
  const std::map<std::string, std::pair<std::string, NodeId>> files{{"graph_file", {edges.path().string(), 3}},
                                                                    {"graph_list", {list.path().string(), 3}},
                                                                    {"matrix_file", {weights.path().string(), 2}},
                                                                    {"schedule_file", {rounds.path().string(), 2}}};
  const Values known{
      {"nodes", integer(12)},      {"rows", integer(3)},     {"columns", integer(4)},
      {"dimension", integer(3)},   {"degree", integer(4)},   {"probability", 0.6},
      {"attachments", integer(2)}, {"machines", integer(4)}, {"per_machine", integer(3)},
      {"first", integer(5)},       {"second", integer(7)},   {"offsets", std::vector<std::int64_t>{1, 5}}};
  const Topology base = make("complete", {{"nodes", integer(12)}});
  for (const auto& entry : topologies()) {
    CAPTURE(entry.name);
    Values own;
    for (const auto& setting : entry.settings)
      if (setting.required && setting.name != "path") own[setting.name] = known.at(setting.name);
    const auto file = files.find(entry.name);
    if (file != files.end()) own["path"] = file->second.first;
    const Topology built = make(entry.name, own, {}, 1, &base);
    CHECK(built.kind == entry.name);
    CHECK(built.facts.nodes == built.mixing.size());
    CHECK(built.facts.nodes == (file != files.end() ? file->second.second : own.contains("dimension") ? 8 : 12));
    const auto directed = {"d_equistatic",     "directed_ring",       "exponential", "inner_outer_exponential",
                           "inner_outer_ring", "machine_exponential", "od_equidyn",  "one_peer_exponential"};
    // All 11 offsets of OD-EquiDyn, and enough of D-EquiStatic's, are heard both ways.
    const bool both_ways = built.facts.edges == 66;
    CHECK(built.facts.directed == (std::ranges::find(directed, entry.name) != directed.end() && !both_ways));
    if (built.schedule) check_schedule(built);
  }
}

TEST_CASE("offsets are given by number or one by one, not both") {
  const Value list = std::vector<std::int64_t>{1, 4};
  CHECK(make("u_equistatic", {{"nodes", integer(12)}, {"offset_list", list}}).facts.degree_max == 4);
  CHECK_THROWS_WITH_AS(make("d_equistatic", {{"nodes", integer(12)}, {"offset_list", list}, {"offsets", integer(2)}}),
                       "d_equistatic: offsets and offset_list are both given, expected one of them", TopologyError);
}

TEST_CASE("rounds of a file are stochastic as the weakest of them, and rounds of rows and of columns do not mix") {
  const auto file = [](const std::string& name, const std::vector<double>& numbers) {
    const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 2), }";
    std::string content = std::string{"\x93NUMPY\1\0", 8} + static_cast<char>(header.size()) + '\0' + header;
    for (const double number : numbers) content.append(reinterpret_cast<const char*>(&number), sizeof number);
    return TemporaryFile{name, content};
  };
  // Both keep columns alone, and their mean is doubly stochastic, which does not count.
  const TemporaryFile columns = file("columns.npy", {0.5, 0.75, 0.5, 0.25, 0.5, 0.25, 0.5, 0.75});
  const Topology built =
      make("schedule_file", {{"path", columns.path().string()}, {"stochastic", std::string{"columns"}}});
  CHECK(built.mixing.stochasticity() == Stochasticity::doubly);
  CHECK(built.facts.stochasticity == Stochasticity::columns);
  CHECK(built.schedule->period() == 2);
}

TEST_CASE("matchings can come from a file, and are what the topology tells of") {
  const TemporaryFile file{"matchings.txt", "0 1 0\n2 3 0\n1 2 1\n0 3 1\n"};
  const Topology base = make("ring", {{"nodes", integer(4)}});
  const Topology built =
      make("matcha", {{"matchings", file.path().string()}, {"probabilities", std::string{"uniform"}}}, {}, 1, &base);
  REQUIRE(built.matchings.size() == 2);
  CHECK(built.matchings[1].edges == Matching{{0, 3}, {1, 2}});
  CHECK(built.matchings[1].probability == 0.5);
}

TEST_CASE("the registry is in alphabetical order, without doubles") {
  CHECK(std::ranges::is_sorted(topologies(), {}, &TopologyEntry::name));
  CHECK(std::ranges::adjacent_find(topologies(), {}, &TopologyEntry::name) == topologies().end());
}

TEST_CASE("the common settings choose the weights and the laziness") {
  const Values torus{{"rows", integer(8)}, {"columns", integer(8)}};
  CHECK(make("torus", torus).mixing.weight(0, 1) == 0.2);
  CHECK(make("torus", torus, {{"weights", std::string{"metropolis_hastings_without_self"}}}).mixing.weight(0, 1) ==
        0.25);
  CHECK(make("torus", torus, {{"laziness", 0.5}}).mixing.weight(0, 1) == 0.1);
  // λ₂(Lap) = 2, λ_n = 6 on the cube, so c = 1/4.
  const Topology cube = make("hypercube", {{"dimension", integer(3)}}, {{"weights", std::string{"best_constant"}}});
  CHECK(std::abs(cube.mixing.weight(0, 1) - 0.25) < 1e-15);
}

TEST_CASE("a matrix file keeps its own weights unless a rule is named") {
  const TemporaryFile file{"own.txt", "0 0 0.9\n0 1 0.1\n1 0 0.1\n1 1 0.9\n"};
  const Values own{{"path", file.path().string()}};
  CHECK(make("matrix_file", own).mixing.weight(0, 1) == 0.1);
  CHECK(make("matrix_file", own, {{"weights", std::string{"uniform"}}}).mixing.weight(0, 1) == 0.5);
}

TEST_CASE("the seed reaches random rounds") {
  const Topology base = make("ring", {{"nodes", integer(20)}});
  for (const char* const kind : {"matcha", "random_matchings"}) {
    const auto w = [&](std::uint64_t seed) {
      SparseMatrix sum = make(kind, {}, {}, seed, &base).schedule->round(0)->matrix();
      for (std::uint64_t k = 1; k < 10; ++k)
        sum += static_cast<double>(k) * make(kind, {}, {}, seed, &base).schedule->round(k)->matrix();
      return sum;
    };
    CHECK((w(5) - w(5)).norm() == 0);
    CHECK((w(5) - w(6)).norm() > 0);
  }
}

TEST_CASE("rounds that have weights of their own refuse a rule, and heed laziness") {
  const Values own{{"nodes", integer(8)}};
  CHECK_THROWS_WITH_AS(make("one_peer_exponential", own, {{"weights", std::string{"uniform"}}}),
                       "one_peer_exponential: its rounds have weights of their own, expected weights \"automatic\"",
                       TopologyError);
  const Topology slow = make("one_peer_exponential", own, {{"laziness", 0.5}});
  CHECK(slow.schedule->round(0)->weight(0, 1) == 0.25);
  CHECK(std::abs(slow.mixing.weight(0, 1) - 0.25 / 3) < 1e-15);
}

TEST_CASE("whether W is symmetric is said of every round, since the mean of one-way rounds may be symmetric") {
  // Three nodes: in round 0 node i receives from i + 1, in round 1 from i + 2 = i − 1; the mean of both is symmetric.
  const Topology periodic = make("one_peer_exponential", {{"nodes", integer(3)}});
  CHECK(periodic.mixing.is_symmetric());
  CHECK(!periodic.facts.symmetric);
  // All offsets u = 1 … n − 1 are as likely as their opposites, and a round has one of them.
  const Topology random = make("od_equidyn", {{"nodes", integer(12)}});
  CHECK(random.mixing.is_symmetric());
  CHECK(!random.facts.symmetric);
  CHECK(make("ou_equidyn", {{"nodes", integer(12)}}).facts.symmetric);
  CHECK(make("one_peer_hypercube", {{"dimension", integer(3)}}).facts.symmetric);
  CHECK(make("od_equidyn", {{"nodes", integer(2)}}).facts.symmetric);  // i + 1 = i − 1
  CHECK(make("od_equidyn", {{"nodes", integer(2)}}, {{"laziness", 0.5}}).facts.symmetric);
}

TEST_CASE("matchings need a graph, and one that stays") {
  CHECK_THROWS_WITH_AS(make("matcha", {}), "matcha: expected a graph to make rounds of, under \"of\"", TopologyError);
  const Topology rounds = make("one_peer_hypercube", {{"dimension", integer(3)}});
  CHECK_THROWS_WITH_AS(make("random_matchings", {}, {}, 1, &rounds),
                       "random_matchings: one_peer_hypercube has rounds of its own, expected one graph", TopologyError);
}

TEST_CASE("the seed reaches random graphs") {
  const Values own{{"nodes", integer(30)}, {"degree", integer(4)}};
  const auto w = [&](std::uint64_t seed) {
    return SparseMatrix(make("random_regular", own, {}, seed).mixing.matrix());
  };
  CHECK((w(5) - w(5)).norm() == 0);
  CHECK((w(5) - w(6)).norm() > 0);
}

}  // namespace
}  // namespace gossamer
