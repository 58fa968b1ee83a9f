#include "sim/mpi/measurement.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <utility>

#include <mpi.h>

#include "sim/mpi/blocks.hpp"
#include "sim/mpi/mpi_world.hpp"
#include "sim/network/alpha_beta.hpp"
#include "sim/numerics/executor.hpp"

namespace gossamer {
namespace {

constexpr int warm_up_laps = 3;      // connections are made, pages are touched, caches are filled
constexpr int rounds_of_a_mean = 8;  // of a lap where ranks run ahead of each other

/// Times between laps of `rounds` rounds each, the first few of which only warm up.
class StopWatch {
 public:
  StopWatch(int rounds_of_a_lap, double share) : rounds_{rounds_of_a_lap}, share_{share / rounds_of_a_lap} {}

  void start() { start_ = Clock::now(); }
  void round_ends() {
    if (++round_ < rounds_) return;
    round_ = 0;
    const Clock::time_point now = Clock::now();
    if (++lap_ > warm_up_laps) laps_.push_back(share_ * std::chrono::duration<double>(now - start_).count());
    start_ = now;
  }
  std::vector<double> laps() && { return std::move(laps_); }

 private:
  using Clock = std::chrono::steady_clock;

  int rounds_;
  double share_;  ///< of a lap that is one time
  Clock::time_point start_;
  int round_ = 0;
  int lap_ = 0;
  std::vector<double> laps_;
};

/// The first nodes of ranks 0 and 1.
struct Couple {
  NodeId first = 0;
  NodeId second = 1;

  bool has(NodeId i) const { return i == first || i == second; }
  NodeId other(NodeId i) const { return i == first ? second : first; }
};

/// What the programs need to know.
struct Rounds {
  int count = 0;  ///< the warm-up included
  StopWatch& watch;
};

Task ping_pong_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.watch.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    if (node.id() == 0) node.send(other, x);
    x = co_await node.receive(other);
    if (node.id() == 1) node.send(other, x);
    rounds.watch.round_ends();
  }
}

Task exchange_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.watch.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    node.send(other, x);
    x = co_await node.receive(other);
    rounds.watch.round_ends();
  }
}

Task stream_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.watch.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    for (int m = 0; m < Measurement::messages_of_a_train; ++m) {
      if (node.id() == 0) node.send(other, x);
      if (node.id() == 1) x = co_await node.receive(other);
    }
    if (node.id() == 0) x = co_await node.receive(other);
    if (node.id() == 1) node.send(other, x);
    rounds.watch.round_ends();
  }
}

Task all_reduce_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  rounds.watch.start();
  for (int k = 0; k < rounds.count; ++k) {
    x = co_await node.all_reduce_mean(x);
    rounds.watch.round_ends();
  }
}

Task busy_program(Node& node, Rounds rounds, Measurement::Busy how) {
  const Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.watch.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    if (how == Measurement::Busy::exchanging) node.send(other, x);
    co_await node.gradient(x);
    if (how == Measurement::Busy::exchanging) co_await node.receive(other);
    rounds.watch.round_ends();
  }
}

/// The first asks, the second answers.
Task answer_program(Node& node, Rounds rounds, Couple couple, Measurement::Partner partner) {
  constexpr double step_size = 1e-6;  // the model stays where it starts, hence finite
  Params x = node.initial_params();
  int answered = 0;
  node.on_exchange([&](const Params&) {
    ++answered;
    return x;
  });
  rounds.watch.start();
  for (int k = 0; node.id() == couple.first && k < rounds.count; ++k) {
    co_await node.exchange(couple.second, x);
    rounds.watch.round_ends();
  }
  const bool computes = node.id() == couple.second && partner == Measurement::Partner::computing;
  while (computes && answered < rounds.count) {
    const Params g = co_await node.gradient(x);
    x = x - step_size * g;
  }
  co_await node.all_done();
}

Task deeds_program(Node& node, Rounds rounds, Couple couple, Measurement::Deeds what) {
  using enum Measurement::Deeds;
  const NodeId other = couple.other(node.id());
  Params x = node.initial_params();
  rounds.watch.start();
  for (int k = 0; couple.has(node.id()) && k < rounds.count; ++k) {
    if (what == step_exchange_and_average) co_await node.gradient(x);
    if (what != step) node.send(other, x);
    if (what == step || what == step_while_exchanging) co_await node.gradient(x);
    if (what != step) {
      const Params y = co_await node.receive(other);
      if (what == step_exchange_and_average) x = 0.5 * x + 0.5 * y;
    }
    rounds.watch.round_ends();
  }
}

/// Only one node of a rank computes, so that no other waits for its worker.
Task step_program(Node& node, Rounds rounds, bool computes) {
  constexpr double step_size = 1e-6;  // the model stays where it starts, hence finite
  Params x = node.initial_params();
  rounds.watch.start();
  for (int k = 0; computes && k < rounds.count; ++k) {
    x = x - step_size * co_await node.gradient(x);
    rounds.watch.round_ends();
  }
  node.report(x);
}

/// Vectors of zeros, whose gradients keep a core busy in its registers.
class Zeros final : public Objective<float> {
 public:
  explicit Zeros(Index dimension) : dimension_{dimension} {}

  Index dimension() const override { return dimension_; }
  void gradient(NodeId, std::uint64_t, const float*, float* g, Workspace&) const override {
    constexpr int turns = 30'000;
    double angle = 0.5;
    for (int k = 0; k < turns; ++k) angle = std::cos(angle);
    g[0] = static_cast<float>(angle);
  }

 private:
  Index dimension_;
};

class NoSteps final : public StepTimes {
 public:
  Seconds duration(NodeId, std::uint64_t, Seconds) const override { return Seconds{0}; }
};

/// W = 11ᵀ/n, so that every node may speak to every other.
Mixing complete_mixing(NodeId nodes) {
  const Eigen::MatrixXd weights = Eigen::MatrixXd::Constant(nodes, nodes, 1.0 / nodes);
  return Mixing{SparseMatrix{weights.sparseView()}};
}

/// A path through all nodes that begins with the two.
Mixing path_mixing(NodeId nodes, Couple couple) {
  constexpr double weight = 0.25;
  SparseMatrix weights(nodes, nodes);
  weights.setIdentity();
  const auto connect = [&](NodeId i, NodeId j) {
    weights.coeffRef(i, j) = weights.coeffRef(j, i) = weight;
    weights.coeffRef(i, i) -= weight;
    weights.coeffRef(j, j) -= weight;
  };
  connect(couple.first, couple.second);
  NodeId last = couple.second;
  for (NodeId i = 0; i < nodes; ++i)
    if (!couple.has(i)) connect(std::exchange(last, i), i);
  weights.makeCompressed();
  return Mixing{std::move(weights)};
}

void run_real(MpiSession& session, const Mixing& mixing, DataPlane& plane, Bytes payload, AllReduce algorithm,
              const Program& program) {
  const NoSteps no_steps;
  const AlphaBetaNetwork network{{.all_reduce = algorithm}};  // its times are not asked for
  MpiWorld world{session,
                 {.mixing = mixing,
                  .step_times = no_steps,
                  .network = network,
                  .plane = &plane,
                  .payload = payload,
                  .compute = MpiWorld::Compute::real,
                  .wire = MpiWorld::Wire::real}};
  world.run(program, {});
}

/// How a program is timed.
struct Timing {
  Bytes size = 0;
  int laps = 1;
  int rounds_of_a_lap = 1;
  double share = 1;  ///< of a round that is one time
  AllReduce all_reduce = AllReduce::ring;
};

std::vector<double> timed(MpiSession& session, const Mixing& mixing, const Timing& timing,
                          const std::function<Task(Node&, Rounds)>& program) {
  const Zeros zeros{std::max<Index>(1, static_cast<Index>(timing.size) / Index{sizeof(float)})};
  Executor<float> plane{
      {.objective = zeros, .initial_params = [&zeros](NodeId, float* x) { std::fill_n(x, zeros.dimension(), 0.0F); }}};
  StopWatch watch{timing.rounds_of_a_lap, timing.share};
  const Rounds rounds{.count = (timing.laps + warm_up_laps) * timing.rounds_of_a_lap, .watch = watch};
  run_real(session, mixing, plane, timing.size, timing.all_reduce, [&](Node& node) { return program(node, rounds); });
  return std::move(watch).laps();
}

/// The number of laps that come to so many rounds.
int laps_of(int rounds) { return std::max(1, rounds / rounds_of_a_mean); }

/// The same on an experiment's plane, between the first nodes of two ranks.
std::vector<double> timed_couple(MpiSession& session, NodeId nodes, DataPlane& plane, int rounds,
                                 const std::function<Task(Node&, Rounds, Couple)>& program) {
  const Blocks blocks{.nodes = nodes, .ranks = session.ranks()};
  const Couple couple{.first = blocks.first(0), .second = blocks.first(1)};
  StopWatch watch{rounds_of_a_mean, 1};
  const Rounds all{.count = (laps_of(rounds) + warm_up_laps) * rounds_of_a_mean, .watch = watch};
  const Mixing mixing = path_mixing(nodes, couple);
  const Bytes payload = plane.dimension() * static_cast<Bytes>(plane.scalar_bytes());
  run_real(session, mixing, plane, payload, AllReduce::ring, [&](Node& node) { return program(node, all, couple); });
  return std::move(watch).laps();
}

}  // namespace

Measurement::Measurement(MpiSession& session) : session_{session}, complete_{complete_mixing(session.ranks())} {}

std::vector<double> Measurement::ping_pong(Bytes size, int rounds) const {
  return timed(session_, complete_, {.size = size, .laps = rounds, .share = 0.5}, ping_pong_program);
}

std::vector<double> Measurement::exchange(Bytes size, int rounds) const {
  return timed(session_, complete_, {.size = size, .laps = laps_of(rounds), .rounds_of_a_lap = rounds_of_a_mean},
               exchange_program);
}

std::vector<double> Measurement::stream(Bytes size, int trains) const {
  return timed(session_, complete_, {.size = size, .laps = trains, .share = 1.0 / messages_of_a_train}, stream_program);
}

std::vector<double> Measurement::all_reduce(AllReduce algorithm, Bytes size, int rounds) const {
  return timed(session_, complete_,
               {.size = size, .laps = laps_of(rounds), .rounds_of_a_lap = rounds_of_a_mean, .all_reduce = algorithm},
               all_reduce_program);
}

std::vector<double> Measurement::busy_steps(Busy how, Bytes size, int rounds) const {
  return timed(session_, complete_, {.size = size, .laps = laps_of(rounds), .rounds_of_a_lap = rounds_of_a_mean},
               [how](Node& node, Rounds all) { return busy_program(node, all, how); });
}

std::vector<double> Measurement::steps(const Mixing& mixing, DataPlane& plane, int steps) const {
  const Blocks blocks{.nodes = mixing.size(), .ranks = session_.ranks()};
  const NodeId first = blocks.first(session_.rank());
  StopWatch watch{1, 1};
  const Rounds rounds{.count = steps + warm_up_laps, .watch = watch};
  run_real(session_, mixing, plane, 0, AllReduce::ring,
           [&](Node& node) { return step_program(node, rounds, node.id() == first); });
  const std::vector<double> own = std::move(watch).laps();
  std::vector<double> of_all(session_.rank() == 0 ? own.size() * static_cast<std::size_t>(session_.ranks()) : 0);
  MPI_Gather(own.data(), steps, MPI_DOUBLE, of_all.data(), steps, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  return of_all;
}

std::vector<double> Measurement::answers(const Mixing& mixing, DataPlane& plane, Partner partner, int rounds) const {
  return timed_couple(session_, mixing.size(), plane, rounds, [partner](Node& node, Rounds all, Couple couple) {
    return answer_program(node, all, couple, partner);
  });
}

std::vector<double> Measurement::deeds(const Mixing& mixing, DataPlane& plane, Deeds what, int rounds) const {
  return timed_couple(session_, mixing.size(), plane, rounds,
                      [what](Node& node, Rounds all, Couple couple) { return deeds_program(node, all, couple, what); });
}

double Measurement::agreed(double value) const {
  MPI_Bcast(&value, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  return value;
}

}  // namespace gossamer
