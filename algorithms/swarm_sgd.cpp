#include "algorithms/swarm_sgd.hpp"

#include <cmath>

#include "algorithms/heavy_ball.hpp"

namespace gossamer {
namespace {

/// H, or a geometric draw K on {1, 2, …} with mean H: P(K = k) = (1/H) (1 − 1/H)^(k−1), by inversion.
int number_of_steps(Node& node, const SwarmSgd& settings) {
  if (settings.steps == SwarmSgd::Steps::fixed || settings.local_steps == 1) return settings.local_steps;
  const double u = node.draws(Purpose::local_steps).uniform();
  return 1 + static_cast<int>(std::log1p(-u) / std::log1p(-1.0 / settings.local_steps));
}

Task non_blocking_initiator(Node& node, SwarmSgd settings) {
  Params y = node.initial_params();  // the live copy: what others meet
  HeavyBall momentum{settings.momentum};
  node.on_exchange([&y, &node](const Params& theirs) {
    const Params mine = y;
    y = mine + 0.5 * (theirs - mine);
    node.report(y);
    return mine;
  });
  while (node.running()) {
    const Params base = y;
    Params x = base;
    for (int h = number_of_steps(node, settings); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, settings.step_size, g);
    }
    const Params mine = y;
    const Params theirs = co_await node.exchange(node.random_neighbor(), mine);
    y = theirs ? y + 0.5 * (theirs - mine) + (x - base) : y + (x - base);
    node.report(y);
  }
  co_await node.all_done();  // stay to answer those who still run: the handler lives in this frame
}

Task non_blocking_symmetric(Node& node, SwarmSgd settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  while (node.running()) {
    const Params base = x;
    const Pending exchange = node.exchange(node.next_meeting(), base);
    for (int h = number_of_steps(node, settings); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, settings.step_size, g);
    }
    const Params theirs = co_await exchange;
    if (theirs) x = 0.5 * (base + theirs) + (x - base);
    node.report(x);
  }
}

Task blocking(Node& node, SwarmSgd settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  while (node.running()) {
    for (int h = number_of_steps(node, settings); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = momentum.step(x, settings.step_size, g);
    }
    const Params theirs = co_await node.exchange(node.next_meeting(), x);
    if (theirs) x = 0.5 * (x + theirs);
    node.report(x);
  }
}

}  // namespace

Task swarm_sgd(Node& node, SwarmSgd settings) {
  switch (settings.variant) {
    case SwarmSgd::Variant::nb2:
      return non_blocking_symmetric(node, settings);
    case SwarmSgd::Variant::blocking:
      return blocking(node, settings);
    default:
      return non_blocking_initiator(node, settings);
  }
}

}  // namespace gossamer
