#include "sim/world/training_loop.hpp"

namespace gossamer {
namespace {

constexpr double step_size = 1e-6;  // so small that the model stays near its start, and so finite

bool reduces(TrainingLoop what) {
  using enum TrainingLoop;
  return what == all_reduce_after_step || what == all_reduce_after_few || what == all_reduce_after_many;
}

bool takes_part(const Node& node, TrainingLoop what) {
  using enum TrainingLoop;
  return what == step || what == step_and_average || reduces(what) || node.id() <= 1;
}

Task train(Node& node, TrainingLoop what, int rounds, LapTimer* timer) {
  using enum TrainingLoop;
  const NodeId other = 1 - node.id();
  const Params at_hand = node.initial_params();
  Params x = at_hand;
  if (timer) timer->start();
  for (int k = 0; takes_part(node, what) && k < rounds; ++k) {
    if (what == exchange_during_step) node.send(other, x);
    for (int h = 0; h < steps_of(what); ++h) {
      const Params g = co_await node.gradient(x);
      if (what == exchange_during_step) {
        x = 0.5 * x + 0.5 * co_await node.receive(other) - step_size * g;
      } else {
        x = x - step_size * g;
      }
    }
    if (what == step_and_average) x = 0.5 * x + 0.5 * at_hand;
    if (reduces(what)) x = co_await node.all_reduce_mean(x);
    if (what == exchange_after_step) {
      node.send(other, x);
      x = 0.5 * x + 0.5 * co_await node.receive(other);
    }
    if (timer) timer->end_round();
  }
}

Task train_by_requests(Node& node, TrainingLoop what, int rounds, LapTimer* timer) {
  Params x = node.initial_params();
  node.on_exchange([&](const Params& theirs) {
    const Params mine = x;
    x = 0.5 * mine + 0.5 * theirs;
    return mine;
  });
  if (timer) timer->start();
  for (int k = 0; takes_part(node, what) && k < rounds; ++k) {
    Params g;
    Pending gradient = node.gradient(x);
    if (what == TrainingLoop::request_after_step) g = co_await gradient;
    const Params mine = x;
    const Params theirs = co_await node.exchange(1 - node.id(), mine);
    x = x + 0.5 * (theirs - mine);
    if (what == TrainingLoop::request_during_step) g = co_await gradient;
    x = x - step_size * g;
    if (timer) timer->end_round();
  }
  co_await node.all_done();  // the handler lives in this frame
}

}  // namespace

int steps_of(TrainingLoop what) {
  constexpr int few = 3, many = 10;
  if (what == TrainingLoop::all_reduce_after_few) return few;
  return what == TrainingLoop::all_reduce_after_many ? many : 1;
}

Task run_training_loop(Node& node, TrainingLoop what, int rounds, LapTimer* timer) {
  const bool by_requests = what == TrainingLoop::request_after_step || what == TrainingLoop::request_during_step;
  return by_requests ? train_by_requests(node, what, rounds, timer) : train(node, what, rounds, timer);
}

}  // namespace gossamer
