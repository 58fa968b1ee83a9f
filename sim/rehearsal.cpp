#include "sim/rehearsal.hpp"

namespace gossamer {
namespace {

constexpr double step_size = 1e-6;  // the model stays where it starts, hence finite

bool takes_part(const Node& node, Rehearsal what) {
  using enum Rehearsal;
  const bool all = what == step || what == step_and_average || what == all_reduce_after_step;
  return all || node.id() <= 1;
}

Task train(Node& node, Rehearsal what, int rounds, StopWatch* watch) {
  using enum Rehearsal;
  const NodeId other = 1 - node.id();
  const Params at_hand = node.initial_params();
  Params x = at_hand;
  if (watch) watch->start();
  for (int k = 0; takes_part(node, what) && k < rounds; ++k) {
    if (what == exchange_during_step) node.send(other, x);
    const Params g = co_await node.gradient(x);
    if (what == exchange_during_step) {
      x = 0.5 * x + 0.5 * co_await node.receive(other) - step_size * g;
    } else {
      x = x - step_size * g;
    }
    if (what == step_and_average) x = 0.5 * x + 0.5 * at_hand;
    if (what == all_reduce_after_step) x = co_await node.all_reduce_mean(x);
    if (what == exchange_after_step) {
      node.send(other, x);
      x = 0.5 * x + 0.5 * co_await node.receive(other);
    }
    if (watch) watch->round_ends();
  }
}

Task question(Node& node, Rehearsal what, int rounds, StopWatch* watch) {
  constexpr NodeId asks = 0, answers = 1;
  const bool both = what == Rehearsal::question_after_step;
  Params x = node.initial_params();
  int answered = 0;
  node.on_exchange([&](const Params&) {
    ++answered;
    return x;
  });
  if (watch) watch->start();
  for (int k = 0; (node.id() == asks || (both && node.id() == answers)) && k < rounds; ++k) {
    if (both) {
      const Params g = co_await node.gradient(x);
      x = x - step_size * g;
    }
    const Params theirs = co_await node.exchange(1 - node.id(), x);
    if (both) x = 0.5 * x + 0.5 * theirs;
    if (watch) watch->round_ends();
  }
  while (!both && node.id() == answers && answered < rounds) {
    const Params g = co_await node.gradient(x);
    x = x - step_size * g;
  }
  co_await node.all_done();  // the handler lives in this frame
}

}  // namespace

Task rehearse(Node& node, Rehearsal what, int rounds, StopWatch* watch) {
  const bool asks = what == Rehearsal::question_after_step || what == Rehearsal::question_during_step;
  return asks ? question(node, what, rounds, watch) : train(node, what, rounds, watch);
}

}  // namespace gossamer
