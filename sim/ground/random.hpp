#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include <Random123/philox.h>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The purpose of a draw. The number is part of a draw's address: append, never reorder.
enum class Purpose : std::uint8_t {
  topology = 1,        ///< edges of random graphs
  data = 2,            ///< synthetic samples
  split = 3,           ///< into training and test samples
  partition = 4,       ///< the node that holds each sample
  initial_params = 5,  ///< x_i at time zero
  batch = 6,           ///< the samples of one minibatch: (node, node-step)
  noise = 7,           ///< additive gradient noise: (node, node-step)
  step_time = 8,       ///< the duration of one gradient: (node, node-step)
  straggler = 9,       ///< whether a node is slow, and its device: (node, 1)
  neighbor = 10,       ///< partners that a node chooses: (node, choice)
  pairing = 11,        ///< the random sequence of pairs that all nodes share: (0, interaction)
  local_steps = 12,    ///< random numbers of local steps: (node, interaction)
  evaluation = 13,     ///< the subset that is evaluated: (0, k); k = 0: training samples, 1: test samples, 2: nodes
  objective = 14,      ///< randomly drawn objectives, such as quadratics
  encoding = 15,       ///< the draws of a codec: (node, encoding)
  slow_step = 16,      ///< whether a step is slow: (node, node-step)
  position = 17,       ///< the position of a node, from which latencies follow: (node, 0)
  jitter = 18,         ///< of a message's latency: (sender, receiver and number of the message between them)
  round = 19,          ///< the draws of a schedule of topologies: (0, round)
  phase = 20,          ///< whether a node's machine is slow for a while: (node, phase)
  clients = 21,        ///< the clients that a server chooses: (server, round)
  component = 22,      ///< samples that a node chooses one by one: (node, stream)
  sketch = 23,         ///< the hash functions of a sketch, the same on all nodes
  coin = 25,           ///< decisions by chance that all nodes make alike: (0, step); or each node by itself
  mask = 24,           ///< the coordinates of a model that all nodes pick together: (0, step)
  exchanges = 27,      ///< numbers of exchanges of a node: (node, gradient)
  // Faults have their own range of numbers.
  crash = 32,       ///< the time and the duration of a failure: (node, failure)
  churn = 33,       ///< sessions and absences: (node, session)
  loss = 34,        ///< of a message: (sender, receiver and number of the message between them)
  burst_loss = 35,  ///< as `loss`, and whether the link is in a burst
  corruption = 36,  ///< as `loss`
  restart = 37,     ///< the node from whose model a node restarts: (node, number of its next outage)
};

/// The draws at one address (seed, purpose, node, counter), as a uniform random bit generator.
///
/// A draw is a pure function of its address and its position. Neither the order of execution nor the presence of
/// other nodes can change it: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011) with the seed as key and (position, node, counter, purpose) as its 128-bit counter.
/// Use it with the distributions of Boost.Random, which are the same with every standard library.
/// Ranges  counter < 2⁵⁶; at most 2³⁴ draws at one address.
class Draws {
 public:
  using result_type = std::uint32_t;

  Draws(std::uint64_t seed, Purpose purpose, NodeId node = 0, std::uint64_t counter = 0)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}},
        counter_{{0, static_cast<std::uint32_t>(node), static_cast<std::uint32_t>(counter),
                  static_cast<std::uint32_t>(purpose) << 24 | static_cast<std::uint32_t>(counter >> 32)}} {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()() {
    if (used_ == 4) {
      block_ = r123::Philox4x32{}(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }

  /// Fills `words` with draws: the same as from one call for each word, at a fraction of the cost.
  void fill(std::span<result_type> words);

  /// Uniform on [0, 1), a multiple of 2⁻⁵³.
  double uniform() {
    const std::uint64_t high = (*this)();
    const std::uint64_t low = (*this)();
    return static_cast<double>((high << 32 | low) >> 11) * 0x1p-53;
  }

  /// Uniform on {0, …, bound − 1} without bias (Lemire, "Fast random integer generation in an interval", ACM TOMACS
  /// 2019). Needs 0 < bound ≤ 2³².
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t product = (*this)() * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint64_t threshold = (std::uint64_t{1} << 32) % bound;
      while (static_cast<std::uint32_t>(product) < threshold) product = (*this)() * bound;
    }
    return product >> 32;
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type block_{};
  unsigned used_ = 4;
};

/// A standard normal draw, and an exponential one of mean 1 (Boost.Random's ziggurat).
double standard_normal(Draws& draws);
double standard_exponential(Draws& draws);

/// A gamma draw of scale 1: density t^{shape − 1} exp(−t)/Γ(shape), mean and variance `shape` > 0.
double standard_gamma(Draws& draws, double shape);

}  // namespace gossamer
