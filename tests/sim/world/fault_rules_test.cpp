#include "sim/world/fault_rules.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"
#include "tests/sim/engine/faulty.hpp"

// Rules of sim/faults/faults.md that choose between several messages or several requests of one node.
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::faults_of;
using testing::flat;

/// Loses the first attempt of the first message from one node.
class LoseFirst final : public MessageFault {
 public:
  LoseFirst(NodeId from, std::optional<Seconds> retransmit) : from_{from}, retransmit_{retransmit} {}

  Effect apply(const Attempt& attempt, std::uint8_t&) const override {
    const bool lost = attempt.from == from_ && attempt.message == 0 && attempt.number == 0;
    return {.outcome = lost ? Effect::Outcome::lost : Effect::Outcome::arrives, .arrival = attempt.arrival};
  }
  std::optional<Seconds> retransmit() const override { return retransmit_; }

 private:
  NodeId from_;
  std::optional<Seconds> retransmit_;
};

/// Sends messages of 0, 7 and 3 bytes, the last one a step of 4 s later; their numbers travel as weights.
Task send_three(Node& node) {
  const Params x = node.initial_params();
  node.send(1, {.vector = x, .size = 0, .weight = 0});
  node.send(1, {.vector = x, .size = 7, .weight = 1});
  co_await node.gradient(x);
  node.send(1, {.vector = x, .size = 3, .weight = 2});
}

TEST_CASE("No message overtakes an earlier one that was sent again and is due at the same instant") {
  // A message of s bytes takes 1 + s seconds. Message 0 would be there at 1 s, is lost, and is there at 1 + 7 = 8 s;
  // message 1 is there at 1 + 7, message 2 at 4 + 1 + 3.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  Faults faults;
  faults.messages.push_back(std::make_unique<LoseFirst>(0, 7s));
  Cluster cluster{{.mixing = w,
                   .objective = objective,
                   .step_time = [](NodeId, std::uint64_t) { return Seconds{4}; },
                   .message_time = 1s,
                   .faults = &faults}};
  std::vector<double> numbers, times;
  const auto listen = [&](Node& node) -> Task {
    for (int k = 0; k < 3; ++k) {
      const std::optional<Encoded> message = co_await node.receive_encoded(0);
      numbers.push_back(message->weight);
      times.push_back(cluster.now().count());
    }
  };
  cluster.run([&](Node& node) { return node.id() == 0 ? send_three(node) : listen(node); }, {});
  CHECK(numbers == std::vector<double>{0, 1, 2});
  CHECK(times == std::vector<double>{8, 8, 8});
}

/// Answers exchanges, and shows its model, until all are done.
Task serve(Node& node) {
  const Params x = node.initial_params();
  node.on_exchange([x](const Params&) { return x; });
  node.expose(x);
  co_await node.all_done();
}

TEST_CASE("An exchange and a read in flight at once have answers of their own, and losses of their own") {
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  for (const bool loses_reply : {false, true}) {
    for (const bool reads_first : {false, true}) {
      CAPTURE(loses_reply);
      CAPTURE(reads_first);
      Faults faults{.detection = 50ms};
      // The first of node 1's messages is the answer to the request that node 0 sends first.
      faults.messages.push_back(std::make_unique<LoseFirst>(loses_reply ? 1 : 2, std::nullopt));
      Cluster cluster{{.mixing = w, .objective = objective, .message_time = 1ms, .faults = &faults}};
      bool exchanged = false, read = false;
      const auto ask = [&](Node& node) -> Task {
        const Params x = node.initial_params();
        std::optional<Pending> reading;
        if (reads_first) reading = node.read(1);
        Pending exchange = node.exchange(1, x);
        if (!reads_first) reading = node.read(1);
        exchanged = static_cast<bool>(co_await exchange);
        read = static_cast<bool>(co_await *reading);
      };
      const End end = cluster.run([&](Node& node) { return node.id() == 0 ? ask(node) : serve(node); }, {});
      CHECK(end.reason == End::Reason::finished);
      CHECK(exchanged == !(loses_reply && !reads_first));
      CHECK(read == !(loses_reply && reads_first));
    }
  }
}

TEST_CASE("A node that has set a handler drops no later request for an exchange that it gave up before") {
  // Steps take 10 ms, messages 2 ms, detection 5 ms. Node 1 is down in [1, 41) ms, so node 0 gives up their exchange at
  // 6 ms and sets a handler. Node 0 starts anew at 65 ms and has its handler at 75 ms again. Node 1's step ends at
  // 50 ms; it finds the place of node 0's request. Its next request is there at 50 + 10 + 10 + 2 = 72 ms, and waits.
  const Mixing w = testing::complete(2);
  const auto objective = flat(2);
  const Faults faults =
      faults_of(2, 5ms, Crash{.nodes = {1}, .at = 1ms, .downtime = 40ms, .recovery = Recovery::with_state},
                Crash{.nodes = {0}, .at = 60ms, .downtime = 5ms, .recovery = Recovery::without_state});
  Cluster cluster{{.mixing = w, .objective = objective, .message_time = 2ms, .faults = &faults}};
  int starts = 0;
  const auto answering = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    if (++starts == 1) {
      const Params theirs = co_await node.exchange(1, x);
      CHECK_FALSE(theirs);
      CHECK(cluster.now().count() == doctest::Approx(0.006));
    } else {
      co_await node.gradient(x);
    }
    node.on_exchange([x](const Params&) { return x; });
    co_await node.all_done();
  };
  bool met_first = false, met = false;
  const auto asking = [&](Node& node) -> Task {
    const Params x = node.initial_params();
    co_await node.gradient(x);
    met_first = static_cast<bool>(co_await node.exchange(0, x));
    co_await node.gradient(x);
    co_await node.gradient(x);
    met = static_cast<bool>(co_await node.exchange(0, x));
    CHECK(cluster.now().count() == doctest::Approx(0.077));
  };
  cluster.run([&](Node& node) { return node.id() == 0 ? answering(node) : asking(node); }, {});
  CHECK(starts == 2);
  CHECK_FALSE(met_first);
  CHECK(met);
}

TEST_CASE("A fault event is the same after it was one word") {
  for (const auto kind : {FaultEvent::Kind::outage_begins, FaultEvent::Kind::read_fails, FaultEvent::Kind::recheck}) {
    const FaultEvent event = FaultEvent::unpack(FaultEvent{.kind = kind, .request = 65535}.pack());
    CHECK(event.kind == kind);
    CHECK(event.request == 65535);
  }
}

}  // namespace
}  // namespace gossamer
