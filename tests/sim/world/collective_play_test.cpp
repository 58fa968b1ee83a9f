#include "sim/world/collective_play.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <Eigen/Core>

#include "sim/engine/all_reduce_mean.hpp"
#include "sim/network/collectives/collectives.hpp"
#include "sim/numerics/executor.hpp"
#include "tests/all_reduces.hpp"
#include "tests/formulas.hpp"

// The effect of schedules on numbers.
namespace gossamer {
namespace {

constexpr Index d = 53;

/// Parts in flight, delivered in any order.
class Disorder {
 public:
  Disorder(const CollectiveAlgorithm& algorithm, const Group& group, DataPlane& plane, std::uint32_t seed)
      : chance_{seed} {
    for (NodeId i = 0; i < group.nodes; ++i)
      plays_.push_back(std::make_unique<CollectivePlay>(
          algorithm.schedule(i, group),
          CollectivePlay::Setup{.node = i, .nodes = group.nodes, .payload = d, .plane = &plane}));
  }

  /// n vectors, which the nodes contribute in any order.
  void run(const std::vector<std::span<const std::byte>>& vectors) {
    std::vector<NodeId> late;
    for (NodeId i = 0; i < static_cast<NodeId>(plays_.size()); ++i) late.push_back(i);
    while (!late.empty() || !in_flight_.empty()) {
      const std::size_t which = chance_() % (late.size() + in_flight_.size());
      if (which < late.size()) {
        const NodeId node = taken(late, which);
        Sender sender{*this, node};
        play(node).join(vectors[static_cast<std::size_t>(node)], sender);
      } else {
        Flight flight = taken(in_flight_, which - late.size());
        Sender sender{*this, flight.to};
        play(flight.to).take(std::move(flight.part), sender);
      }
    }
  }

  CollectivePlay& play(NodeId node) { return *plays_[static_cast<std::size_t>(node)]; }

 private:
  struct Flight {
    NodeId to = 0;
    CollectivePlay::Received part;
  };
  class Sender final : public CollectivePlay::Sender {
   public:
    Sender(Disorder& disorder, NodeId from) : disorder_{disorder}, from_{from} {}
    void send_part(const CollectivePlay::Part& part) override {
      REQUIRE(part.to != from_);
      disorder_.in_flight_.push_back(
          {part.to, {.from = from_, .step = part.step, .memory = packet_of(part.values), .begin = 0}});
    }

   private:
    Disorder& disorder_;
    NodeId from_;
  };

  template <class T>
  static T taken(std::vector<T>& list, std::size_t which) {
    std::swap(list[which], list.back());
    T result = std::move(list.back());
    list.pop_back();
    return result;
  }

  std::mt19937 chance_;
  std::vector<std::unique_ptr<CollectivePlay>> plays_;
  std::vector<Flight> in_flight_;
};

/// n random vectors, and the results of a collective on them.
struct Cluster {
  NodeId n;
  Eigen::MatrixXd x = Eigen::MatrixXd::Random(d, n);
  testing::DiagonalQuadratics objective{Eigen::MatrixXd::Ones(d, n), x, 0.0};
  Executor<double> plane{
      {.objective = objective,
       .initial_params = [this](NodeId i, double* out) { Eigen::Map<Eigen::VectorXd>(out, d) = x.col(i); },
       .common_initial_params = false}};
  std::vector<Params> vectors = {};

  explicit Cluster(NodeId nodes) : n{nodes} {
    for (NodeId i = 0; i < n; ++i) vectors.push_back(plane.initial_params(i));
  }

  /// d × n
  Eigen::MatrixXd results(const CollectiveAlgorithm& algorithm, const Group& group, std::uint32_t seed) {
    Disorder disorder{algorithm, group, plane, seed};
    std::vector<std::span<const std::byte>> bytes;
    for (const Params& vector : vectors) bytes.push_back(plane.bytes(vector));
    disorder.run(bytes);
    Eigen::MatrixXd result(d, n);
    for (NodeId i = 0; i < n; ++i) {
      REQUIRE(disorder.play(i).over());
      const auto values = disorder.play(i).result();
      REQUIRE(values.size() == d * sizeof(double));
      std::memcpy(result.col(i).data(), values.data(), values.size());
    }
    return result;
  }

  /// Of a vector in n pieces, that of node k.
  Eigen::VectorXd piece(const Eigen::VectorXd& vector, NodeId k) const {
    const CollectiveSchedule whole{n};
    const auto begin = whole.begin_of(k, d), end = whole.begin_of(k + 1, d);
    return vector.segment(begin, end - begin);
  }
};

TEST_CASE("Whatever the order of parts, an all-reduce gives every node the bits of the recorded mean") {
  for (NodeId n = 1; n <= 17; ++n) {
    Cluster cluster{n};
    for (const AllReduceMethod& method : testing::all_reduces) {
      if (method.shards > n) continue;
      CAPTURE(n);
      CAPTURE(static_cast<int>(method.algorithm));
      const auto recorded = cluster.plane.values(all_reduce_mean(cluster.plane, method.algorithm, cluster.vectors));
      const Eigen::Map<const Eigen::VectorXd> expected(recorded.data(), d);
      CHECK((expected - cluster.x.rowwise().mean()).norm() < 1e-14 * n);
      for (const std::uint32_t seed : {1U, 2U, 3U}) {
        const Group group{.nodes = n, .shards = method.shards};
        const Eigen::MatrixXd seen = cluster.results(algorithm_of(method.algorithm), group, seed);
        for (NodeId i = 0; i < n; ++i) CHECK(std::memcmp(seen.col(i).data(), expected.data(), d * sizeof(double)) == 0);
      }
    }
  }
}

TEST_CASE("Collectives leave with every node what their names promise") {
  for (NodeId n = 1; n <= 17; ++n) {
    Cluster cluster{n};
    const Eigen::VectorXd mean = cluster.x.rowwise().mean();
    for (const CollectiveAlgorithm& algorithm : collective_algorithms()) {
      const Group group{.nodes = n};
      CAPTURE(name(algorithm.collective));
      CAPTURE(algorithm.name);
      CAPTURE(n);
      const Eigen::MatrixXd seen = cluster.results(algorithm, group, 7);
      const std::string_view collective = name(algorithm.collective);
      if (collective == "reduce") CHECK((seen.col(0) - mean).norm() < 1e-14 * n);
      for (NodeId i = 0; i < n; ++i) {
        if (collective == "all_reduce") CHECK((seen.col(i) - mean).norm() < 1e-14 * n);
        if (collective == "broadcast") CHECK(seen.col(i) == cluster.x.col(0));
        if (collective == "reduce_scatter")
          CHECK((cluster.piece(seen.col(i), i) - cluster.piece(mean, i)).norm() < 1e-14 * n);
        for (NodeId k = 0; collective == "all_gather" && k < n; ++k)
          CHECK(cluster.piece(seen.col(i), k) == cluster.piece(cluster.x.col(k), k));
      }
    }
  }
}

TEST_CASE("Rabenseifner's sums are those of recursive doubling, a tree's too where there is a power of two nodes") {
  for (const NodeId n : {2, 6, 8, 11, 16}) {
    Cluster cluster{n};
    const auto mean = [&](AllReduce algorithm) {
      return cluster.plane.values(all_reduce_mean(cluster.plane, algorithm, cluster.vectors));
    };
    CHECK(mean(AllReduce::rabenseifner) == mean(AllReduce::recursive_doubling));
    if (Group{.nodes = n}.power_of_two()) CHECK(mean(AllReduce::binomial_tree) == mean(AllReduce::recursive_doubling));
  }
}

}  // namespace
}  // namespace gossamer
