#include "sim/network/collectives/collectives.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <tuple>

#include <doctest/doctest.h>

#include "sim/network/links/links.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/max_min.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/models/piecewise.hpp"
#include "sim/network/platforms/platforms.hpp"

namespace gossamer {
namespace {

constexpr Bytes size = 10'007;  // a prime: nothing can be cut into equal pieces

std::vector<Group> groups() {
  std::vector<Group> result;
  for (NodeId n = 1; n <= 17; ++n)
    for (const NodeId shards : {1, 3}) result.push_back({.nodes = n, .shards = std::min(shards, n)});
  return result;
}

TEST_CASE("Every message of a schedule is awaited by its receiver, once and with its size") {
  using Message = std::tuple<NodeId, NodeId, std::int32_t>;  // from, to, step
  for (const CollectiveAlgorithm& algorithm : collective_algorithms()) {
    for (const Group& group : groups()) {
      CAPTURE(name(algorithm.collective));
      CAPTURE(algorithm.name);
      CAPTURE(group.nodes);
      std::map<Message, Bytes> sent, received;
      Traffic total;
      for (NodeId i = 0; i < group.nodes; ++i) {
        const CollectiveSchedule schedule = algorithm.schedule(i, group);
        for (CollectiveSchedule::Position at; !schedule.ends_at(at); at = schedule.after(at)) {
          const Action action = schedule[at];
          const Bytes bytes = schedule.size_of(action, size);
          if (action.kind == Action::Kind::send) CHECK(sent.try_emplace({i, action.peer, action.step}, bytes).second);
          if (action.receives()) CHECK(received.try_emplace({action.peer, i, action.step}, bytes).second);
        }
        const Traffic traffic = schedule.traffic(i, size);
        total.sent_messages += traffic.sent_messages;
        total.received_messages += traffic.received_messages;
        total.sent_bytes += traffic.sent_bytes;
        total.received_bytes += traffic.received_bytes;
      }
      CHECK(sent == received);
      CHECK(total.sent_messages == total.received_messages);
      CHECK(total.sent_bytes == total.received_bytes);
    }
  }
}

TEST_CASE("No all-reduce moves fewer bytes than it must, and each its own number of messages") {
  constexpr Bytes even = 5040;
  const auto of = [](AllReduceMethod method, NodeId node, NodeId nodes) {
    return all_reduce_traffic(method, node, nodes, even);
  };
  // All nodes of a ring or a hypercube: 2 (n − 1) pieces of N/n, or as many bytes in 2 log₂ n messages.
  for (NodeId i = 0; i < 8; ++i) {
    CHECK(of(AllReduce::ring, i, 8).sent_messages == 14);
    CHECK(of(AllReduce::ring, i, 8).sent_bytes == 14 * even / 8);
    CHECK(of(AllReduce::rabenseifner, i, 8).sent_messages == 6);
    CHECK(of(AllReduce::rabenseifner, i, 8).sent_bytes == 14 * even / 8);
    CHECK(of(AllReduce::rabenseifner, i, 8).received_bytes == 14 * even / 8);
  }
  // Of 10 bytes among 3 nodes the pieces have 3, 3 and 4. Node 1 of the ring sends piece 0, then 2, 1 and 0; node 0
  // sends piece 2, then 1, 0 and 2.
  CHECK(all_reduce_traffic(AllReduce::ring, 1, 3, 10).sent_bytes == 3 + 4 + 3 + 3);
  CHECK(all_reduce_traffic(AllReduce::ring, 1, 3, 10).received_bytes == 4 + 3 + 3 + 4);
  CHECK(all_reduce_traffic(AllReduce::ring, 0, 3, 10).sent_bytes == 4 + 3 + 3 + 4);
  // Recursive doubling among ten: nodes 8 and 9 hand their vectors to nodes 0 and 1 and get one back, the others take
  // part in three rounds.
  CHECK(of(AllReduce::recursive_doubling, 0, 10).sent_messages == 4);
  CHECK(of(AllReduce::recursive_doubling, 2, 10).sent_messages == 3);
  CHECK(of(AllReduce::recursive_doubling, 9, 10).sent_messages == 1);
  // Among ten, nodes 8 and 9 send their vector to nodes 0 and 1 and get one back.
  CHECK(of(AllReduce::rabenseifner, 0, 10).sent_messages == 7);
  CHECK(of(AllReduce::rabenseifner, 2, 10).sent_messages == 6);
  CHECK(of(AllReduce::rabenseifner, 9, 10).sent_bytes == even);
  CHECK(of(AllReduce::rabenseifner, 9, 10).received_bytes == even);
  // The root of a tree of eight receives three and sends three, a leaf sends one and receives one.
  CHECK(of(AllReduce::binomial_tree, 0, 8).sent_messages == 3);
  CHECK(of(AllReduce::binomial_tree, 0, 8).received_messages == 3);
  CHECK(of(AllReduce::binomial_tree, 7, 8).sent_bytes == even);
  // Three shards among five: a server pushes to the two others and sends to four; a client pushes to three.
  const AllReduceMethod server{AllReduce::parameter_server, 3};
  CHECK(of(server, 1, 5).sent_messages == 2 + 4);
  CHECK(of(server, 1, 5).received_messages == 4 + 2);
  CHECK(of(server, 4, 5).sent_messages == 3);
  CHECK(of(server, 4, 5).sent_bytes == even);
  CHECK(of(server, 4, 5).received_bytes == even);
  CHECK(of(AllReduce::binomial_tree, 0, 1).sent_messages == 0);
}

TEST_CASE("mpich is MPICH's rule: doubling for short or few, else Rabenseifner's algorithm") {
  const auto choice = [](NodeId nodes, Bytes bytes) { return chosen(AllReduce::mpich, nodes, bytes).algorithm; };
  CHECK(choice(16, 2048) == AllReduce::recursive_doubling);
  CHECK(choice(16, 2049) == AllReduce::rabenseifner);
  // 1024 parameters among up to 2047 nodes can be cut into as many pieces as the core has nodes, 1023 cannot.
  CHECK(choice(2047, 4 * 1024) == AllReduce::rabenseifner);
  CHECK(choice(2047, 4 * 1023) == AllReduce::recursive_doubling);
  CHECK(choice(2048, 4 * 1024) == AllReduce::recursive_doubling);
  CHECK(chosen(AllReduce::ring, 16, 100).algorithm == AllReduce::ring);
  CHECK(chosen({AllReduce::parameter_server, 5}, 16, 100).shards == 5);
  const AlphaBetaNetwork network{{.all_reduce = AllReduce::mpich}};
  CHECK(network.all_reduce(16, 2048).method.algorithm == AllReduce::recursive_doubling);
  CHECK(network.all_reduce(16, 4096).method.algorithm == AllReduce::rabenseifner);
}

TEST_CASE("automatic is the fastest by the formulas of this network") {
  // t(N) = 1 + x ms, of x kB. Eight nodes: doubling 3 + 3 x, Rabenseifner 6 + 7/4 x, ring 14 + 7/4 x, trees 6 + 6 x:
  // the second is faster from x = 12/5 on, the ring never. Nine: doubling 5 + 5 x, Rabenseifner 8 + 15/4 x, ring 16 +
  // 16/9 x, trees 8 + 8 x: the borders are x = 12/5 and x = 288/71 = 4.056.
  const AlphaBetaNetwork network{{.latency = Seconds{1e-3}, .bandwidth = 1e6}};
  const auto choice = [&](NodeId n, Bytes bytes) { return network.all_reduce(n, bytes).method.algorithm; };
  CHECK(choice(8, 2399) == AllReduce::recursive_doubling);
  CHECK(choice(8, 2401) == AllReduce::rabenseifner);
  CHECK(choice(8, 1'000'000'000) == AllReduce::rabenseifner);
  CHECK(choice(9, 2399) == AllReduce::recursive_doubling);
  CHECK(choice(9, 2401) == AllReduce::rabenseifner);
  CHECK(choice(9, 4056) == AllReduce::rabenseifner);
  CHECK(choice(9, 4057) == AllReduce::ring);
  CHECK(choice(9, 2399) == AllReduce::recursive_doubling);  // independent of earlier calls
  CHECK(network.all_reduce(9, 4057).duration.count() == doctest::Approx(16e-3 + 16.0 / 9 * 4.057e-3));
  CHECK(choice(1, 100) == AllReduce::ring);
  // Without latency a ring, doubling and Rabenseifner's algorithm take N/B between two nodes: the first in the list.
  CHECK(AlphaBetaNetwork{{.latency = Seconds{0}}}.all_reduce(2, 1000).method.algorithm == AllReduce::ring);
}

TEST_CASE("On every network the automatic all-reduce takes as long as the fastest that could be named") {
  const auto check = [](auto make, auto settings) {
    for (const NodeId n : {2, 3, 6, 8, 11, 16, 40}) {
      for (const Bytes bytes : {1, 1000, 30'000, 1'000'000}) {
        double least = std::numeric_limits<double>::infinity();
        for (const auto algorithm :
             {AllReduce::ring, AllReduce::recursive_doubling, AllReduce::rabenseifner, AllReduce::binomial_tree}) {
          settings.all_reduce = algorithm;
          least = std::min(least, make(settings, n)->all_reduce(n, bytes).duration.count());
        }
        settings.all_reduce = AllReduce::automatic;
        const auto chosen = make(settings, n)->all_reduce(n, bytes);
        CHECK(chosen.duration.count() == doctest::Approx(least).epsilon(1e-9));
        settings.all_reduce = chosen.method.algorithm;
        CHECK(make(settings, n)->all_reduce(n, bytes).duration == chosen.duration);
      }
    }
  };
  check([](const AlphaBeta& s, NodeId) { return std::make_unique<AlphaBetaNetwork>(s); },
        AlphaBeta{.latency = Seconds{1e-3}, .bandwidth = 1e7});
  check(
      [](const AlphaBeta& s, NodeId n) {
        const PathContext apart{.links = links_in(Geometry::square, {s.latency, s.bandwidth}, Seconds{5e-3}, n, 3)};
        return std::make_unique<AlphaBetaNetwork>(s, apart);
      },
      AlphaBeta{.latency = Seconds{1e-3}, .bandwidth = 1e7});
  check([](const Nic& s, NodeId n) { return std::make_unique<NicNetwork>(s, n); },
        Nic{.latency = Seconds{1e-3}, .bandwidth = 1e7, .gap = Seconds{2e-3}});
  check([](const Piecewise& s, NodeId n) { return std::make_unique<PiecewiseNetwork>(s, n); },
        Piecewise{.up_to = {4000}, .latency = {1e-4, 1e-3}, .bandwidth = {1e7, 1e8}, .occupancy = {0.9, 0.9}});
  check(
      [](const MaxMin& s, NodeId n) {
        return std::make_unique<MaxMinNetwork>(s, cluster_platform({1e7, Seconds{1e-3}, 2e7, Seconds{0}}, n), n);
      },
      MaxMin{});
}

TEST_CASE("MPICH chooses exactly one algorithm of a collective, by size and number of nodes") {
  const auto choice = [](std::string_view collective, NodeId nodes, Bytes bytes) {
    std::string chosen;  // several names in one if the choice is not unique
    for (const CollectiveAlgorithm& algorithm : collective_algorithms())
      if (name(algorithm.collective) == collective && algorithm.in_mpich && algorithm.in_mpich(nodes, bytes))
        chosen += algorithm.name;
    return chosen;
  };
  // Short, medium and long: limits of 12 kB and 512 kB; a tree where there are few nodes.
  CHECK(choice("broadcast", 16, 12'287) == "binomial");
  CHECK(choice("broadcast", 16, 12'288) == "scatter_doubling");
  CHECK(choice("broadcast", 17, 12'288) == "scatter_all_gather");
  CHECK(choice("broadcast", 16, 524'288) == "scatter_all_gather");
  CHECK(choice("broadcast", 7, 524'288) == "binomial");
  CHECK(choice("all_gather", 16, 524'287) == "recursive_doubling");
  CHECK(choice("all_gather", 16, 524'288) == "ring");
  CHECK(choice("all_gather", 17, 81'919) == "recursive_doubling");
  CHECK(choice("all_gather", 17, 81'920) == "ring");
  CHECK(choice("reduce_scatter", 17, 524'287) == "recursive_halving");
  CHECK(choice("reduce_scatter", 17, 524'288) == "ring");
  CHECK(choice("reduce", 16, 2048) == "binomial");
  CHECK(choice("reduce", 16, 2049) == "reduce_scatter_gather");
  CHECK(choice("reduce", 2048, 4096) == "binomial");
  CHECK(choice("all_reduce", 16, 2049) == "rabenseifner");
}

TEST_CASE("Formulas are those of the textbook") {
  // α = 2 ms, B = 1 MB/s, 16 kB: a message of s bytes takes 2 ms + s µs.
  const AlphaBetaNetwork network{{.latency = Seconds{2e-3}, .bandwidth = 1e6}};
  const auto milliseconds = [&](std::string_view collective, std::string_view name, const Group& group) {
    for (const CollectiveAlgorithm& algorithm : collective_algorithms())
      if (gossamer::name(algorithm.collective) == collective && algorithm.name == name)
        return 1e3 * network.duration(algorithm, group, 16'000).count();
    return -1.0;
  };
  const auto check = [&](std::string_view collective, std::string_view name, const Group& group, double expected) {
    CAPTURE(collective);
    CAPTURE(name);
    CHECK(milliseconds(collective, name, group) == doctest::Approx(expected).epsilon(1e-12));
    CHECK(milliseconds(collective, name, {.nodes = 1}) == 0);
  };
  check("all_reduce", "ring", {.nodes = 8}, 14 * (2 + 2));
  check("all_reduce", "recursive_doubling", {.nodes = 8}, 3 * (2 + 16));
  check("all_reduce", "rabenseifner", {.nodes = 8}, 6 * 2 + 2 * 14);           // 2 log₂ n α + 2 (n − 1)/n N/B
  check("all_reduce", "rabenseifner", {.nodes = 9}, 8 * 2 + 2 * 14 + 2 * 16);  // p = 8, two more rounds of N
  check("all_reduce", "binomial_tree", {.nodes = 9}, 2 * 4 * (2 + 16));
  check("all_reduce", "parameter_server", {.nodes = 9, .shards = 2}, 2 * (2 + 8));
  check("broadcast", "binomial", {.nodes = 5}, 3 * (2 + 16));
  check("broadcast", "scatter_all_gather", {.nodes = 5}, (3 + 4) * 2 + 2 * 16 * 4 / 5.0);  // ⌈log₂ n⌉ + n − 1
  check("broadcast", "scatter_doubling", {.nodes = 8}, 6 * 2 + 2 * 14);  // 2 log₂ n α + 2 (n − 1)/n N/B
  check("reduce", "binomial", {.nodes = 8}, 3 * (2 + 16));
  check("reduce", "reduce_scatter_gather", {.nodes = 8}, 6 * 2 + 2 * 14);
  check("all_gather", "ring", {.nodes = 8}, 7 * 2 + 14);
  check("all_gather", "recursive_doubling", {.nodes = 8}, 3 * 2 + 14);
  check("reduce_scatter", "ring", {.nodes = 8}, 7 * 2 + 14);
  check("reduce_scatter", "recursive_halving", {.nodes = 8}, 3 * 2 + 14);
  // Among five, places of 2, 1, 1 and 1 nodes: two rounds of 2/5 and 3/5, and a whole vector and a piece at their ends.
  check("reduce_scatter", "recursive_halving", {.nodes = 5}, 4 * 2 + 16 * (2 + 3 + 5 + 1) / 5.0);
  check("all_gather", "recursive_doubling", {.nodes = 5}, 4 * 2 + 16 * (2 + 3 + 5 + 1) / 5.0);
}

}  // namespace
}  // namespace gossamer
