#pragma once
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/network/network.hpp"
#include "sim/world/lap_timer.hpp"
#include "sim/world/training_loop.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

class DataPlane;
class MpiSession;

/// Measures the ranks and the network between them with the operations that algorithms use.
///
/// Small programs run in an `RankWorld` on the real network and with real gradients. So the measured times include all
/// costs of an algorithm: copies, hand-offs and the progress loop. All ranks make the same calls in the same order,
/// with the same arguments; rank 0 alone gets the times, in seconds. Every buffer has been used before the
/// first time is taken. Models are float32 vectors of `size` bytes, or those of an experiment; one node to a rank.
class Measurement {
 public:
  explicit Measurement(MpiSession& session);

  /// Halves of `rounds` round trips between nodes 0 and 1.
  std::vector<double> ping_pong(Bytes size, int rounds) const;

  /// Nodes 0 and 1 send to each other at once, then receive. Ranks run ahead of each other in turn, so each time is
  /// the mean of a few rounds.
  std::vector<double> exchange(Bytes size, int rounds) const;

  /// The time of one message, if node 0 sends to node 1 without a pause, in trains of `messages_of_a_train`.
  std::vector<double> stream(Bytes size, int trains) const;
  static constexpr int messages_of_a_train = 16;

  /// The mean over all nodes, played message by message; each time is the mean of a few.
  std::vector<double> all_reduce(AllReduce algorithm, Bytes size, int rounds) const;

  /// Steps of some tenths of a millisecond that touch no memory, on nodes 0 and 1: alone, or with an `exchange` in
  /// flight meanwhile.
  enum class Busy { alone, exchanging };
  std::vector<double> busy_steps(Busy how, Bytes size, int rounds) const;

  /// Steps x ← x − η g on all ranks at once: the time from each to the next, for each rank. `plane` is that of an
  /// experiment of at least as many nodes as there are ranks.
  std::vector<std::vector<double>> steps(DataPlane& plane, int steps) const;

  /// The mean time of a round of such a loop, on the same plane; the first rounds only warm up. Rank 0's own on rank 0.
  double mean_round_time(DataPlane& plane, TrainingLoop what, AllReduce algorithm, int rounds) const;

  /// Rank 0's value, on all ranks.
  double value_of_rank_0(double value) const;

 private:
  std::vector<double> laps_of_loop(DataPlane& plane, TrainingLoop what, AllReduce algorithm, LapTimer timer,
                                   int laps) const;

  MpiSession& session_;
  Mixing complete_;
};

}  // namespace gossamer
