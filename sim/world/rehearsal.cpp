#include "sim/world/rehearsal.hpp"

namespace gossamer {
namespace {

constexpr double step_size = 1e-6;  // so small that the model stays near its start, and so finite

bool reduces(Rehearsal what) {
  using enum Rehearsal;
  return what == all_reduce_after_step || what == all_reduce_after_few || what == all_reduce_after_many;
}

bool takes_part(const Node& node, Rehearsal what) {
  using enum Rehearsal;
  return what == step || what == step_and_average || reduces(what) || node.id() <= 1;
}

Task train(Node& node, Rehearsal what, int rounds, StopWatch* watch) {
  using enum Rehearsal;
  const NodeId other = 1 - node.id();
  const Params at_hand = node.initial_params();
  Params x = at_hand;
  if (watch) watch->start();
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
    if (watch) watch->round_ends();
  }
}

Task question(Node& node, Rehearsal what, int rounds, StopWatch* watch) {
  Params x = node.initial_params();
  node.on_exchange([&](const Params& theirs) {
    const Params mine = x;
    x = 0.5 * mine + 0.5 * theirs;
    return mine;
  });
  if (watch) watch->start();
  for (int k = 0; takes_part(node, what) && k < rounds; ++k) {
    Params g;
    Pending gradient = node.gradient(x);
    if (what == Rehearsal::question_after_step) g = co_await gradient;
    const Params mine = x;
    const Params theirs = co_await node.exchange(1 - node.id(), mine);
    x = x + 0.5 * (theirs - mine);
    if (what == Rehearsal::question_during_step) g = co_await gradient;
    x = x - step_size * g;
    if (watch) watch->round_ends();
  }
  co_await node.all_done();  // the handler lives in this frame
}

}  // namespace

int steps_of(Rehearsal what) {
  constexpr int few = 3, many = 10;
  if (what == Rehearsal::all_reduce_after_few) return few;
  return what == Rehearsal::all_reduce_after_many ? many : 1;
}

Task rehearse(Node& node, Rehearsal what, int rounds, StopWatch* watch) {
  const bool asks = what == Rehearsal::question_after_step || what == Rehearsal::question_during_step;
  return asks ? question(node, what, rounds, watch) : train(node, what, rounds, watch);
}

}  // namespace gossamer
