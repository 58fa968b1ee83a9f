#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/randomized_gossip.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "sim/faults/message_faults.hpp"
#include "sim/world/timeline.hpp"
#include "tests/graphs.hpp"
#include "tests/losses.hpp"
#include "tests/matrix_form.hpp"

// Pairwise algorithms under lost messages, with gradients of zero, so that models move by averaging alone. The timeline
// gives the messages sent, delivered and lost. Nothing else of a run is read.
namespace gossamer::lost_exchange_test {
namespace {

using namespace std::chrono_literals;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;

constexpr NodeId n = 7;
constexpr Index d = 3;

/// Models as exchanges with handlers move them. A request carries a_i, the initiator's model as it is sent; on arrival
/// the partner answers with its model y_j, and moves by (a_i − y_j)/2; on the answer's arrival the initiator moves by
/// (y_j − a_i)/2, whatever its model is then. The two moves add up to zero: the sum is kept under any overlap, unless
/// the answer alone is lost. It then changes by (a_i − y_j)/2.
class Exchanges {
 public:
  explicit Exchanges(MatrixXd start) : x_{std::move(start)}, shift_{RowVectorXd::Zero(x_.cols())} {
    listener_.on_sent = [this](const Timeline::Message& message) {
      const std::pair ends{message.from, message.to};
      if (message.kind == MessageKind::request) asked_[message.from] = x_.row(message.from);
      const RowVectorXd sent = message.kind == MessageKind::request ? asked_[message.from] : answered_.at(ends);
      flights_[message.number] = {message, sent};
    };
    listener_.on_delivered = [this](std::uint32_t number) {
      const auto& [message, sent] = flights_.at(number);
      const RowVectorXd mine =
          message.kind == MessageKind::request ? RowVectorXd{x_.row(message.to)} : asked_.at(message.to);
      if (message.kind == MessageKind::request) answered_[{message.to, message.from}] = mine;
      x_.row(message.to) += 0.5 * (sent - mine);
    };
    listener_.on_lost = [this](std::uint32_t number) {
      const auto& [message, sent] = flights_.at(number);
      const bool answer = message.kind == MessageKind::reply;
      ++(answer ? lost_answers : lost_requests);
      if (answer) shift_ += 0.5 * (asked_.at(message.to) - sent);
    };
  }
  Exchanges(const Exchanges&) = delete;
  Exchanges& operator=(const Exchanges&) = delete;

  Timeline& timeline() { return listener_; }
  const MatrixXd& models() const { return x_; }
  const RowVectorXd& shift() const { return shift_; }

  int lost_requests = 0;
  int lost_answers = 0;

 private:
  struct Flight {
    Timeline::Message message;
    RowVectorXd sent;
  };

  testing::Listener listener_;
  MatrixXd x_;
  RowVectorXd shift_;
  std::map<NodeId, RowVectorXd> asked_;
  std::map<std::pair<NodeId, NodeId>, RowVectorXd> answered_;
  std::map<std::uint32_t, Flight> flights_;
};

/// Steps of some milliseconds, different on every node, and messages of about a step: exchanges overlap.
testing::ClusterSetup setup(const Mixing& w, const Objective<double>& objective, const MatrixXd& start,
                            const Faults& faults, Timeline& timeline) {
  return {.mixing = w,
          .objective = objective,
          .step_time =
              [](NodeId i, std::uint64_t k) {
                return Seconds{5e-3 + 1e-3 * static_cast<double>((static_cast<std::uint64_t>(i) + 3 * k) % 5)};
              },
          .message_time = 4ms,
          .initial = start.transpose(),
          .faults = &faults,
          .timeline = &timeline};
}

testing::DiagonalQuadratics flat() { return {MatrixXd::Zero(d, n), MatrixXd::Zero(d, n)}; }

Faults losses(double probability) {
  Faults faults{.detection = 9ms};
  faults.messages.push_back(message_fault(Loss{.probability = probability}, n, 5));
  return faults;
}

TEST_CASE(
    "Increments keep the mean whatever overlaps and whichever request is lost; a lost answer leaves one side alone") {
  const Mixing w = testing::ring(n);
  const auto objective = flat();
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const std::vector<std::pair<std::string, Program>> programs{
      {"AD-PSGD", [](Node& node) { return ad_psgd(node, {}); }},
      {"SwarmSGD, nb1", [](Node& node) { return swarm_sgd(node, {.local_steps = 2}); }},
      {"randomized gossip", [](Node& node) { return randomized_gossip(node, {}); }}};
  for (const auto& named : programs) {
    CAPTURE(named.first);
    const Faults faults = losses(0.2);
    Exchanges exchanges{start};
    testing::Cluster cluster{setup(w, objective, start, faults, exchanges.timeline())};
    const End end = cluster.run(named.second, {.node_steps = 40});
    REQUIRE(end.reason == End::Reason::node_steps);
    REQUIRE(exchanges.lost_requests > 5);
    REQUIRE(exchanges.lost_answers > 5);
    const MatrixXd x = cluster.models().transpose();
    CHECK(testing::deviation(x, exchanges.models()) < 1e-12);
    CHECK((x.colwise().sum() - start.colwise().sum() - exchanges.shift()).norm() < 1e-12);
    CHECK(exchanges.shift().norm() > 1e-3);
  }
}

TEST_CASE("Of two that meet by the shared sequence each averages alone, if the other's model comes") {
  // Both send their model to each other: a node that gets the other's takes the mean of the two, else it keeps its own.
  const Mixing w = testing::complete(n);
  const auto objective = flat();
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  std::vector<std::pair<NodeId, NodeId>> meetings;
  for (NodeId k = 0; k < 60; ++k) meetings.emplace_back(k % n, (k + 1 + k % 3) % n);
  for (const auto variant : {SwarmSgd::Variant::nb2, SwarmSgd::Variant::blocking}) {
    CAPTURE(static_cast<int>(variant));
    const Faults faults = losses(0.2);
    testing::Losses lost;
    testing::ClusterSetup given = setup(w, objective, start, faults, lost.timeline());
    given.meetings = meetings;
    testing::Cluster cluster{std::move(given)};
    cluster.run([=](Node& node) { return swarm_sgd(node, {.local_steps = 2, .variant = variant}); },
                {.virtual_time = 100s});
    MatrixXd x = start;
    std::map<std::pair<NodeId, NodeId>, int> met;
    int one_way = 0;
    for (const auto& meeting : meetings) {
      const NodeId i = meeting.first, j = meeting.second;
      const int number = met[{std::min(i, j), std::max(i, j)}]++;
      const bool i_receives = !lost.lost(j, i, number), j_receives = !lost.lost(i, j, number);
      const RowVectorXd mean = 0.5 * (x.row(i) + x.row(j));
      if (i_receives) x.row(i) = mean;
      if (j_receives) x.row(j) = mean;
      one_way += i_receives != j_receives;
    }
    CHECK(one_way > 5);
    CHECK(testing::deviation(cluster.models().transpose(), x) < 1e-12);
    CHECK((x.colwise().sum() - start.colwise().sum()).norm() > 1e-3);
  }
}

TEST_CASE("One-sided SwarmSGD skips a read whose answer is lost") {
  // A node shows its model after each step; a read returns the model shown when the request arrives.
  const Mixing w = testing::ring(n);
  const auto objective = flat();
  const MatrixXd start = testing::normal_matrix(n, d, 7);
  const Faults faults = losses(0.2);
  MatrixXd x = start, shown = start;
  std::map<std::uint32_t, std::pair<Timeline::Message, RowVectorXd>> flights;
  int lost = 0;
  testing::Listener listener;
  listener.on_gradient_ended = [&](NodeId i) { shown.row(i) = x.row(i); };
  listener.on_sent = [&](const Timeline::Message& message) {
    flights[message.number] = {message, shown.row(message.from)};
  };
  listener.on_delivered = [&](std::uint32_t number) {
    const auto& [message, sent] = flights.at(number);
    if (message.kind == MessageKind::exposed) x.row(message.to) = (0.5 * (x.row(message.to) + sent)).eval();
  };
  listener.on_lost = [&](std::uint32_t) { ++lost; };
  testing::Cluster cluster{setup(w, objective, start, faults, listener)};
  cluster.run([](Node& node) { return swarm_sgd(node, {.local_steps = 2, .variant = SwarmSgd::Variant::one_sided}); },
              {.node_steps = 40});
  CHECK(lost > 5);
  CHECK(testing::deviation(cluster.models().transpose(), x) < 1e-12);
}

}  // namespace
}  // namespace gossamer::lost_exchange_test
