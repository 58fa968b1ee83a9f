#include "sim/ranks/measurement.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "sim/compute/step_times.hpp"
#include "sim/mpi/mpi_session.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/node.hpp"
#include "sim/numerics/executor.hpp"
#include "sim/ranks/rank_world.hpp"

namespace gossamer {
namespace {

constexpr int rounds_of_a_mean = 8;  // of a lap, if ranks run ahead of each other

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The rounds that programs run, and their lap timer.
struct Rounds {
  int count = 0;  ///< the warm-up included
  LapTimer& timer;
};

Task ping_pong_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.timer.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    if (node.id() == 0) node.send(other, x);
    x = co_await node.receive(other);
    if (node.id() == 1) node.send(other, x);
    rounds.timer.end_round();
  }
}

Task exchange_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.timer.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    node.send(other, x);
    x = co_await node.receive(other);
    rounds.timer.end_round();
  }
}

Task stream_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.timer.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    for (int m = 0; m < Measurement::messages_of_a_train; ++m) {
      if (node.id() == 0) node.send(other, x);
      if (node.id() == 1) x = co_await node.receive(other);
    }
    if (node.id() == 0) x = co_await node.receive(other);
    if (node.id() == 1) node.send(other, x);
    rounds.timer.end_round();
  }
}

Task all_reduce_program(Node& node, Rounds rounds) {
  Params x = node.initial_params();
  rounds.timer.start();
  for (int k = 0; k < rounds.count; ++k) {
    x = co_await node.all_reduce_mean(x);
    rounds.timer.end_round();
  }
}

Task busy_program(Node& node, Rounds rounds, Measurement::Busy how) {
  const Params x = node.initial_params();
  const NodeId other = 1 - node.id();
  rounds.timer.start();
  for (int k = 0; node.id() <= 1 && k < rounds.count; ++k) {
    if (how == Measurement::Busy::exchanging) node.send(other, x);
    co_await node.gradient(x);
    if (how == Measurement::Busy::exchanging) co_await node.receive(other);
    rounds.timer.end_round();
  }
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

void run_real(MpiSession& session, const Mixing& mixing, DataPlane& plane, Bytes payload, AllReduce algorithm,
              const Program& program) {
  const NoSteps no_steps;
  const AlphaBetaNetwork network{{.all_reduce = algorithm}};  // its times are not used
  RankWorld world{session,
                  {.mixing = mixing,
                   .step_times = no_steps,
                   .network = network,
                   .plane = &plane,
                   .payload = payload,
                   .compute = RankWorld::Compute::real,
                   .wire = RankWorld::Wire::real}};
  world.run(program, {});
}

/// The way in which a program is timed.
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
  LapTimer timer{wall_seconds, timing.rounds_of_a_lap, timing.share};
  const Rounds rounds{.count = timer.rounds_for(timing.laps), .timer = timer};
  run_real(session, mixing, plane, timing.size, timing.all_reduce, [&](Node& node) { return program(node, rounds); });
  return std::move(timer).laps();
}

/// The number of laps that make up so many rounds.
int laps_of(int rounds) { return std::max(1, rounds / rounds_of_a_mean); }

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

std::vector<double> Measurement::laps_of_loop(DataPlane& plane, TrainingLoop what, AllReduce algorithm, LapTimer timer,
                                              int laps) const {
  const Bytes payload = plane.dimension() * static_cast<Bytes>(plane.scalar_bytes());
  const int rounds = timer.rounds_for(laps);
  run_real(session_, complete_, plane, payload, algorithm,
           [&](Node& node) { return run_training_loop(node, what, rounds, &timer); });
  return std::move(timer).laps();
}

std::vector<std::vector<double>> Measurement::steps(DataPlane& plane, int steps) const {
  return session_.gathered(laps_of_loop(plane, TrainingLoop::step, AllReduce::ring, LapTimer{wall_seconds}, steps));
}

double Measurement::mean_round_time(DataPlane& plane, TrainingLoop what, AllReduce algorithm, int rounds) const {
  constexpr int laps = 8;
  const int rounds_of_a_lap = std::max(1, rounds / (laps + LapTimer::warm_up_laps));
  const auto times = laps_of_loop(plane, what, algorithm, LapTimer{wall_seconds, rounds_of_a_lap}, laps);
  return std::accumulate(times.begin(), times.end(), 0.0) / laps;
}

double Measurement::value_of_rank_0(double value) const { return session_.value_of_rank_0(value); }

}  // namespace gossamer
