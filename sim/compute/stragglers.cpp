#include "sim/compute/stragglers.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "sim/compute/compute_error.hpp"
#include "sim/compute/laws.hpp"
#include "sim/compute/markov_chain.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

/// A law with steps that take `factor.at(node, step)` times as long, in the mean `factor.mean(node)` times.
template <class Factor>
class Slowed final : public StepTimes {
 public:
  Slowed(std::unique_ptr<StepTimes> usual, Factor factor) : usual_{std::move(usual)}, factor_{std::move(factor)} {}
  Seconds duration(NodeId node, std::uint64_t step, Seconds start) const override {
    return usual_->duration(node, step, start) * factor_.at(node, step);
  }
  double slowdown(NodeId node, std::uint64_t step) const override {
    return usual_->slowdown(node, step) * factor_.at(node, step);
  }
  double mean_slowdown(NodeId node) const override { return usual_->mean_slowdown(node) * factor_.mean(node); }

 private:
  std::unique_ptr<StepTimes> usual_;
  Factor factor_;
};

template <class Factor>
std::unique_ptr<StepTimes> slowed(std::unique_ptr<StepTimes> usual, Factor factor) {
  return std::make_unique<Slowed<Factor>>(std::move(usual), std::move(factor));
}

/// A factor for each node, the same at every step. After its end the list starts again.
struct PerNode {
  std::vector<double> factors;

  double at(NodeId node, std::uint64_t) const { return mean(node); }
  double mean(NodeId node) const { return factors[static_cast<std::size_t>(node) % factors.size()]; }
};

struct BimodalFactor {
  Bimodal settings;
  std::uint64_t seed;

  double at(NodeId node, std::uint64_t step) const {
    const double u = Draws{seed, Purpose::slow_step, node, step}.uniform();
    return u < settings.probability ? settings.slowdown : 1.0;
  }
  double mean(NodeId) const { return 1 + settings.probability * (settings.slowdown - 1); }
};

struct MarkovFactor {
  MarkovChain chain;
  double slowdown;

  double at(NodeId node, std::uint64_t step) const { return chain.slow(node, step) ? slowdown : 1.0; }
  double mean(NodeId) const { return 1 + chain.share() * (slowdown - 1); }
};

/// The first `count` of a random permutation of the nodes (Fisher and Yates).
std::vector<NodeId> choose(NodeId count, NodeId nodes, std::uint64_t seed) {
  std::vector<NodeId> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), NodeId{0});
  Draws draws{seed, Purpose::straggler};
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k)
    std::swap(order[k], order[k + draws.below(order.size() - k)]);
  order.resize(static_cast<std::size_t>(count));
  return order;
}

std::vector<double> ones(NodeId nodes) { return std::vector<double>(static_cast<std::size_t>(nodes), 1.0); }

}  // namespace

std::unique_ptr<StepTimes> with_stragglers(SlowShare settings, std::unique_ptr<StepTimes> usual, NodeId nodes,
                                           std::uint64_t seed) {
  std::vector<double> factors = ones(nodes);
  const auto slow = static_cast<NodeId>(std::lround(settings.fraction * nodes));
  for (const NodeId node : choose(slow, nodes, seed)) factors[static_cast<std::size_t>(node)] = settings.slowdown;
  return slowed(std::move(usual), PerNode{std::move(factors)});
}

std::unique_ptr<StepTimes> with_stragglers(OneSlowNode settings, std::unique_ptr<StepTimes> usual, NodeId nodes) {
  if (settings.node < 0 || settings.node >= nodes)
    throw ComputeError{fmt::format("one_slow_node: there is no node {}, expected 0 to {}", settings.node, nodes - 1)};
  std::vector<double> factors = ones(nodes);
  factors[static_cast<std::size_t>(settings.node)] = settings.slowdown;
  return slowed(std::move(usual), PerNode{std::move(factors)});
}

std::unique_ptr<StepTimes> with_stragglers(NodeSpeeds settings, std::unique_ptr<StepTimes> usual, NodeId nodes) {
  if (settings.speeds.empty() || settings.speeds.size() > static_cast<std::size_t>(nodes))
    throw ComputeError{
        fmt::format("node_speeds: {} speeds for {} nodes, expected 1 to {}", settings.speeds.size(), nodes, nodes)};
  for (double& speed : settings.speeds) {
    if (!(speed > 0)) throw ComputeError{fmt::format("node_speeds: a speed of {}, expected one above 0", speed)};
    speed = 1 / speed;
  }
  return slowed(std::move(usual), PerNode{std::move(settings.speeds)});
}

std::unique_ptr<StepTimes> with_stragglers(Bimodal settings, std::unique_ptr<StepTimes> usual, std::uint64_t seed) {
  return slowed(std::move(usual), BimodalFactor{settings, seed});
}

std::unique_ptr<StepTimes> with_stragglers(Markov settings, std::unique_ptr<StepTimes> usual, NodeId nodes,
                                           std::uint64_t seed) {
  return slowed(std::move(usual),
                MarkovFactor{MarkovChain{settings.to_slow, settings.to_fast, nodes, seed}, settings.slowdown});
}

std::unique_ptr<StepTimes> step_times(SlowNodes settings, NodeId nodes, std::uint64_t seed) {
  auto usual = settings.law == SlowNodes::Law::constant ? step_times(ConstantStep{settings.step})
                                                        : step_times(ExponentialStep{settings.step}, seed);
  return with_stragglers(SlowShare{.fraction = settings.fraction, .slowdown = settings.slowdown}, std::move(usual),
                         nodes, seed);
}

}  // namespace gossamer
