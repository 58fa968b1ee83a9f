#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

// Parts: coroutines that programs, and other parts, await (sim/task.hpp).
namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::Cluster;
using testing::DiagonalQuadratics;

DiagonalQuadratics flat() { return {Eigen::MatrixXd::Zero(1, 2), Eigen::MatrixXd::Zero(1, 2)}; }

/// The notes of node 0, with their times.
using Diary = std::vector<std::pair<std::string, double>>;

/// Two nodes whose steps take a second, and the notes of the first one.
struct Pair {
  Mixing mixing = testing::complete(2);
  DiagonalQuadratics objective = flat();
  Cluster cluster{{.mixing = mixing,
                   .objective = objective,
                   .step_time = [](NodeId, std::uint64_t) { return Seconds{1}; },
                   .message_time = 250ms}};
  Diary diary = {};

  void note(const Node& node, std::string what) {
    if (node.id() == 0) diary.emplace_back(std::move(what), cluster.now().count());
  }
};

/// Waits for steps; returns their number.
Part<int> some_steps(Node& node, int steps, Pair& pair) {
  for (int k = 0; k < steps; ++k) {
    co_await node.tick();
    pair.note(node, "a step");
  }
  co_return steps;
}

/// Steps, a word with the other node, then as many steps again.
Part<int> steps_and_a_word(Node& node, int steps, Pair& pair) {
  const int before = co_await some_steps(node, steps, pair);
  const NodeId other = 1 - node.id();
  node.send(other, node.initial_params());
  co_await node.receive(other);
  pair.note(node, "a word");
  co_return before + co_await some_steps(node, steps, pair);
}

TEST_CASE("Parts within parts go on where they stand, whatever their node waited for, and yield what they return") {
  Pair pair;
  int total = 0;
  const Program program = [&](Node& node) -> Task {
    return [](Node& self, Pair& notes, int& sum) -> Task {
      for (int round = 1; round <= 2; ++round) {
        const int taken = co_await steps_and_a_word(self, round, notes);
        if (self.id() == 0) sum += taken;
        notes.note(self, "a round");
      }
    }(node, pair, total);
  };
  CHECK(pair.cluster.run(program, {}).reason == End::Reason::finished);
  CHECK(total == 6);
  CHECK(pair.diary == Diary{{"a step", 1},
                            {"a word", 1.25},
                            {"a step", 2.25},
                            {"a round", 2.25},
                            {"a step", 3.25},
                            {"a step", 4.25},
                            {"a word", 4.5},
                            {"a step", 5.5},
                            {"a step", 6.5},
                            {"a round", 6.5}});
}

Part<int> fails(Node& node, int after) {
  for (int k = 0; k < after; ++k) co_await node.tick();
  throw std::runtime_error{"out of cheese"};
  co_return 0;
}
Part<int> passes_on(Node& node, int after) { co_return 1 + co_await fails(node, after); }
Part<std::string> catches(Node& node, int after) {
  std::string heard;
  try {
    co_await passes_on(node, after);
  } catch (const std::runtime_error& error) {
    heard = error.what();
  }
  co_await node.tick();  // and goes on
  co_return heard;
}

TEST_CASE("An exception of a part is rethrown where the part is awaited, before and after it has waited") {
  for (const int after : {0, 2}) {
    Pair pair;
    std::string heard;
    const Program program = [&](Node& node) -> Task {
      return [](Node& self, int ticks, std::string& word) -> Task { word = co_await catches(self, ticks); }(node, after,
                                                                                                            heard);
    };
    CHECK(pair.cluster.run(program, {}).reason == End::Reason::finished);
    CHECK(heard == "out of cheese");
    CHECK(pair.cluster.now().count() == after + 1);
  }
}

TEST_CASE("The run rethrows an exception that no part catches") {
  for (const int after : {0, 2}) {
    Pair pair;
    const Program program = [&](Node& node) -> Task {
      return [](Node& self, int ticks) -> Task { co_await passes_on(self, ticks); }(node, after);
    };
    CHECK_THROWS_WITH_AS(pair.cluster.run(program, {}), "out of cheese", std::runtime_error);
  }
}

Part<int> holds(Node& node, std::shared_ptr<int> something) {
  co_await node.receive(1 - node.id());  // never comes
  co_return *something;
}
Part<int> holds_too(Node& node, std::shared_ptr<int> something) {
  co_return *something + co_await holds(node, something);
}

TEST_CASE("A program that is thrown away in a part takes the part along, and all that it holds") {
  const auto something = std::make_shared<int>(1);
  {
    Pair pair;
    const Program program = [&](Node& node) -> Task {
      return [](Node& self, std::shared_ptr<int> held) -> Task { co_await holds_too(self, held); }(node, something);
    };
    CHECK(pair.cluster.run(program, {}).reason == End::Reason::stuck);
    CHECK(something.use_count() >= 7);  // three frames on each of two nodes
  }
  CHECK(something.use_count() == 1);
}

TEST_CASE("A part that nobody awaits does not start, and leaves nothing behind") {
  const auto something = std::make_shared<int>(1);
  Pair pair;
  const Program program = [&](Node& node) -> Task {
    return [](Node& self, std::shared_ptr<int> held) -> Task {
      { [[maybe_unused]] const auto never = holds_too(self, held); }
      co_await self.tick();
    }(node, something);
  };
  CHECK(pair.cluster.run(program, {}).reason == End::Reason::finished);
}

Part<int> at_once(int x) { co_return 2 * x; }
Part<std::unique_ptr<int>> wrapped(int x) { co_return std::make_unique<int>(co_await at_once(x)); }

TEST_CASE("A part that waits for nothing takes no time, and may yield what cannot be copied") {
  Pair pair;
  std::vector<int> yielded;
  const Program program = [&](Node& node) -> Task {
    return [](Node& self, std::vector<int>& seen) -> Task {
      for (int k = 0; k < 1000; ++k) {
        const auto result = co_await wrapped(k);
        if (self.id() == 0) seen.push_back(*result);
      }
      co_await self.tick();
    }(node, yielded);
  };
  CHECK(pair.cluster.run(program, {}).reason == End::Reason::finished);
  CHECK(pair.cluster.now() == 1s);
  REQUIRE(yielded.size() == 1000);
  for (int k = 0; k < 1000; ++k) CHECK(yielded[static_cast<std::size_t>(k)] == 2 * k);
}

}  // namespace
}  // namespace gossamer
