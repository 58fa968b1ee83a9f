#include "algorithms/decentralized/swarm_sgd.hpp"

#include <cmath>
#include <optional>

#include "algorithms/entry.hpp"
#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {
namespace {

/// The local steps between two interactions.
class LocalWork {
 public:
  LocalWork(Node& node, const SwarmSgd& settings)
      : node_{node},
        step_size_{settings.step_size},
        local_steps_{settings.local_steps},
        law_{settings.steps},
        momentum_{settings.momentum} {}

  /// Their number: H; or a geometric draw with mean H on {1, 2, …}: P(K = k) = (1/H) (1 − 1/H)^(k−1); or on
  /// {0, 1, …}: P(K = k) = p (1 − p)^k with p = 1/(H + 1). Draws use inversion.
  int number() const {
    const bool from_zero = law_ == SwarmSgd::Steps::geometric_from_zero;
    if (law_ == SwarmSgd::Steps::fixed || (!from_zero && local_steps_ == 1)) return local_steps_;
    const double mean = local_steps_ + (from_zero ? 1 : 0);
    const double u = node_.draws(Purpose::local_steps).uniform();
    return (from_zero ? 0 : 1) + static_cast<int>(std::log1p(-u) / std::log1p(-1 / mean));
  }

  /// One step from x along g, the gradient that the node has just finished.
  Params step(const Params& x, const Params& g) { return momentum_.step(x, step_size_.at(node_.steps() - 1), g); }

 private:
  Node& node_;
  StepSize step_size_;
  int local_steps_;
  SwarmSgd::Steps law_;
  HeavyBall momentum_;
};

/// The encoding of models in an interaction, and the average of two models.
class Meeting {
 public:
  Meeting(Node& node, const SwarmSgd& settings)
      : node_{node}, codec_{settings.compressor.get()}, quantized_{settings.own_term == SwarmSgd::OwnTerm::quantized} {}

  Encoded encode(const Params& mine) const {
    return codec_ ? node_.encode(*codec_, mine) : Encoded{mine, node_.payload()};
  }
  /// Decodes the model of the other node. The code is read relative to this node's own model.
  Params decode(const Encoded& theirs, const Params& mine) const {
    return codec_ ? node_.decode(*codec_, theirs, mine) : theirs.vector;
  }
  /// The mean of both models, computed by a node that has sent `sent` for `mine`.
  Combination average(const Params& mine, const Encoded& sent, const Params& theirs) const {
    return 0.5 * (own(mine, sent) + theirs);
  }
  /// The increment of an averaging, for a model that may have changed meanwhile.
  Combination change(const Params& mine, const Encoded& sent, const Params& theirs) const {
    if (!codec_ || !quantized_) return 0.5 * (theirs - mine);
    return average(mine, sent, theirs) - mine;
  }

  /// Answers an exchange with a node: averages x at once.
  Encoded answer(const Encoded& message, Params& x) const {
    const Encoded sent = encode(x);
    x = average(x, sent, decode(message, x));
    node_.report(x);
    return sent;
  }

 private:
  Params own(const Params& mine, const Encoded& sent) const {
    return codec_ && quantized_ ? node_.decode(*codec_, sent, mine) : mine;
  }

  Node& node_;
  const Codec* codec_;
  bool quantized_;
};

/// A model with which other nodes average at once, during all the node's work.
struct LiveModel {
  Meeting meeting;
  Params x = {};

  /// The handler that answers every exchange.
  auto handler() {
    return [this](const Encoded& message) { return meeting.answer(message, x); };
  }
  /// Adds the change in an exchange, in which the node has sent `sent` for `mine`, if it was answered; and a step.
  void add(const Params& mine, const Encoded& sent, const std::optional<Encoded>& answer, const Combination& step) {
    x = answer ? x + meeting.change(mine, sent, meeting.decode(*answer, mine)) + step : x + step;
  }
};

Task non_blocking_initiator(Node& node, LocalWork local, LiveModel y) {
  y.x = node.initial_params();
  node.on_exchange(y.handler());
  while (node.running()) {
    const Params base = y.x;
    Params x = base;
    for (int h = local.number(); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = local.step(x, g);
    }
    const Params mine = y.x;
    const Encoded sent = y.meeting.encode(mine);
    const std::optional<Encoded> answer = co_await node.exchange(node.random_neighbor(), sent);
    y.add(mine, sent, answer, x - base);
    node.report(y.x);
  }
  co_await node.all_done();  // the handler, which answers nodes that still run, refers to this frame
}

Task non_blocking_symmetric(Node& node, LocalWork local, LiveModel live) {
  const Meeting& meeting = live.meeting;
  Params& x = live.x;
  x = node.initial_params();
  while (node.running()) {
    const Params base = x;
    const Encoded sent = meeting.encode(base);
    const PendingEncoded answer = node.exchange(node.next_meeting(), sent);
    for (int h = local.number(); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = local.step(x, g);
    }
    const std::optional<Encoded> theirs = co_await answer;
    if (theirs) x = meeting.average(base, sent, meeting.decode(*theirs, base)) + (x - base);
    node.report(x);
  }
  node.on_exchange(live.handler());  // others still have meetings with it
  co_await node.all_done();
}

Task blocking(Node& node, LocalWork local, LiveModel live) {
  const Meeting& meeting = live.meeting;
  Params& x = live.x;
  x = node.initial_params();
  while (node.running()) {
    for (int h = local.number(); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = local.step(x, g);
    }
    const Encoded sent = meeting.encode(x);
    const std::optional<Encoded> theirs = co_await node.exchange(node.next_meeting(), sent);
    if (theirs) x = meeting.average(x, sent, meeting.decode(*theirs, x));
    node.report(x);
  }
  node.on_exchange(live.handler());  // others still have meetings with it
  co_await node.all_done();
}

Task one_sided(Node& node, LocalWork local, Meeting meeting) {
  Params x = node.initial_params();
  while (node.running()) {
    for (int h = local.number(); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = local.step(x, g);
      node.expose(meeting.encode(x));
    }
    const std::optional<Encoded> theirs = co_await node.read_encoded(node.random_neighbor());
    if (theirs) x = 0.5 * x + 0.5 * meeting.decode(*theirs, x);
    node.report(x);
  }
}

/// The program of a node without neighbors.
Task alone(Node& node, LocalWork local) {
  Params x = node.initial_params();
  while (node.running()) {
    for (int h = local.number(); h > 0; --h) {
      const Params g = co_await node.gradient(x);
      x = local.step(x, g);
    }
    node.report(x);
  }
}

}  // namespace

Task swarm_sgd(Node& node, SwarmSgd settings) {
  const LocalWork local{node, settings};
  const Meeting meeting{node, settings};
  if (node.neighbors().empty()) return alone(node, local);
  switch (settings.variant) {
    case SwarmSgd::Variant::nb2:
      return non_blocking_symmetric(node, local, {meeting});
    case SwarmSgd::Variant::blocking:
      return blocking(node, local, {meeting});
    case SwarmSgd::Variant::one_sided:
      return one_sided(node, local, meeting);
    default:
      return non_blocking_initiator(node, local, {meeting});
  }
}

AlgorithmEntry swarm_sgd_entry() {
  using enum Need::What;
  return algorithm<SwarmSgd>(
      "swarm_sgd", "local steps, then average with one random neighbor (Nadiradze et al. 2021)", swarm_sgd,
      {step_size<SwarmSgd>(),
       {{"local_steps", &SwarmSgd::local_steps, at_least(1), "steps H between two interactions"},
        {"variant", &SwarmSgd::variant,
         choices<SwarmSgd::Variant>({{"nb1", SwarmSgd::Variant::nb1},
                                     {"nb2", SwarmSgd::Variant::nb2},
                                     {"blocking", SwarmSgd::Variant::blocking},
                                     {"one_sided", SwarmSgd::Variant::one_sided}}),
         "non-blocking with the initiator's steps, non-blocking with both nodes' steps, blocking, or the authors' "
         "MPI code, in which the initiator alone changes"},
        {"steps", &SwarmSgd::steps,
         choices<SwarmSgd::Steps>({{"fixed", SwarmSgd::Steps::fixed},
                                   {"geometric", SwarmSgd::Steps::geometric},
                                   {"geometric_from_zero", SwarmSgd::Steps::geometric_from_zero}}),
         "H local steps each time, or a geometric number with mean H on 1, 2, … or on 0, 1, …"}},
       momentum<SwarmSgd>(),
       compressor<SwarmSgd>(Presence::optional),
       {Field<SwarmSgd>{"own_term", &SwarmSgd::own_term,
                        choices<SwarmSgd::OwnTerm>(
                            {{"exact", SwarmSgd::OwnTerm::exact}, {"quantized", SwarmSgd::OwnTerm::quantized}}),
                        "of an averaging of compressed models: the node's model, or what its own code says"}
            .read_if(where_is("variant", {"nb1", "nb2", "blocking"}))
            .read_if(where_there_is("compressor"))}},
      "Nadiradze et al., \"Asynchronous Decentralized SGD with Quantized and Local Updates\", NeurIPS 2021, "
      "arXiv:1910.12308",
      {.cost = "per interaction: H gradients; one payload or code each way",
       .synchronous = false,
       .sums = {},
       .needs = {{fixed}, {undirected, where_is("variant", {"nb1", "nb2", "blocking"})}}});
}

}  // namespace gossamer
