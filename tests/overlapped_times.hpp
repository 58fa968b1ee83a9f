#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/ground/random.hpp"
#include "tests/cluster.hpp"
#include "tests/graphs.hpp"

/// The times of local SGD whose all-reduces are in flight during the next period, of H steps.
namespace gossamer::testing {

using StepTime = std::function<Seconds(NodeId, std::uint64_t)>;

/// Exponential steps with a mean of one second.
inline Seconds exponential_step(NodeId node, std::uint64_t step) {
  Draws draws{3, Purpose::step_time, node, step};
  return Seconds{standard_exponential(draws)};
}

/// The end of a run of n nodes whose all-reduces take `all_reduce`.
inline Seconds end_of(const Program& program, NodeId n, std::uint64_t node_steps, const StepTime& step_time,
                      Seconds all_reduce) {
  const Mixing w = complete(n);
  const DiagonalQuadratics objective = flat(n);
  const Seconds message = n > 1 ? all_reduce / (2 * (n - 1)) : Seconds{0};  // around a ring, 2 (n − 1) of them
  Cluster cluster{{.mixing = w, .objective = objective, .step_time = step_time, .message_time = message}};
  cluster.run(program, {.node_steps = node_steps});
  return cluster.now();
}

/// The same by T_i(s) = max(T_i(s−1) + Y_i(s), R(s−1)), R(s) = max_j T_j(s) + t, with the steps Y_i(s) of a period and
/// no all-reduce at first.
inline Seconds overlapped_end(NodeId n, int period, int periods, const StepTime& step_time, Seconds all_reduce) {
  std::vector<Seconds> t(static_cast<std::size_t>(n), Seconds{0});
  Seconds delivered{0};
  for (int s = 0; s < periods; ++s) {
    for (NodeId i = 0; i < n; ++i) {
      Seconds& now = t[static_cast<std::size_t>(i)];
      for (int h = 0; h < period; ++h) now += step_time(i, static_cast<std::uint64_t>(s * period + h));
      now = std::max(now, delivered);
    }
    delivered = *std::max_element(t.begin(), t.end()) + all_reduce;
  }
  return *std::max_element(t.begin(), t.end());
}

}  // namespace gossamer::testing
