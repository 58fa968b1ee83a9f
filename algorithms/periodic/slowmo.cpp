#include "algorithms/periodic/slowmo.hpp"

#include <cstdint>
#include <utility>

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"
#include "algorithms/parts/local_run.hpp"
#include "algorithms/parts/outer_momentum.hpp"
#include "algorithms/parts/push_sum.hpp"

namespace gossamer {
namespace {

/// The local steps of a node and the slow steps that follow them.
class SlowSteps {
 public:
  SlowSteps(Node& node, const SlowMo& settings)
      : node_{node},
        settings_{settings},
        local_{node, settings.step_size, settings.momentum},
        outer_{OuterStep{.step_size = settings.slow_step_size, .momentum = settings.slow_momentum}},
        x_{node.initial_params()} {}

  const Params& start() const { return x_; }
  /// Whether round k ends with a slow step.
  bool is_due(std::uint64_t k) const { return (k + 1) % static_cast<std::uint64_t>(settings_.slow_period) == 0; }
  /// The model after the H local steps of a round.
  Part<Params> local_steps_from(Params x) { return local_.from(std::move(x), settings_.local_steps); }
  /// The model after a slow step of nodes that are at x_i.
  Part<Params> step(Params x_i) {
    if (settings_.exact_average) x_i = co_await node_.all_reduce_mean(x_i);
    x_ = outer_.step(x_, x_ - x_i);
    if (settings_.momentum > 0) co_await treat_momentum();
    co_return x_;
  }

 private:
  Part<Params> treat_momentum() {
    using enum SlowMo::LocalMomentum;
    HeavyBall& momentum = local_.momentum();
    if (settings_.at_slow_step == average) momentum.restart(co_await node_.all_reduce_mean(momentum.m(), 0, 1));
    if (settings_.at_slow_step == reset) momentum.restart({});
    co_return momentum.m();
  }

  Node& node_;
  SlowMo settings_;
  LocalRun local_;
  OuterMomentum outer_;
  Params x_;
};

Task over_local_sgd(Node& node, SlowMo settings) {
  SlowSteps slow{node, settings};
  Params x = slow.start();
  for (std::uint64_t k = 0; node.running(); ++k) {
    x = co_await slow.local_steps_from(std::move(x));
    if (slow.is_due(k))
      x = co_await slow.step(std::move(x));
    else
      x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

Task over_d_psgd(Node& node, SlowMo settings) {
  SlowSteps slow{node, settings};
  Params x = slow.start();
  for (std::uint64_t k = 0; node.running(); ++k) {
    if (slow.is_due(k) && settings.exact_average) {
      x = co_await slow.local_steps_from(std::move(x));
    } else {
      Averaging averaging{node, k, x};
      const Params end = co_await slow.local_steps_from(x);
      x = co_await averaging.sum() + (end - x);
    }
    if (slow.is_due(k)) x = co_await slow.step(std::move(x));
    node.report(x);
  }
}

Task over_sgp(Node& node, SlowMo settings) {
  SlowSteps slow{node, settings};
  PushSum sums{node, slow.start()};
  Params z = slow.start();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params end = co_await slow.local_steps_from(z);
    sums.numerator() = sums.numerator() + (end - z);
    if (slow.is_due(k)) {
      z = co_await slow.step(sums.numerator());
      sums.restart(z);
    } else {
      sums.push(k);
      z = co_await sums.pull(k);
    }
    node.report(z);
  }
}

}  // namespace

Task slowmo(Node& node, SlowMo settings) {
  switch (settings.base) {
    case SlowMo::Base::d_psgd:
      return over_d_psgd(node, settings);
    case SlowMo::Base::sgp:
      settings.exact_average = true;
      return over_sgp(node, settings);
    default:
      settings.exact_average = true;
      return over_local_sgd(node, settings);
  }
}

AlgorithmEntry slowmo_entry() {
  using enum Need::What;
  using Base = SlowMo::Base;
  using Local = SlowMo::LocalMomentum;
  const Condition over_momentum = where_not("momentum", 0.0);
  return algorithm<SlowMo>(
      "slowmo", "slow momentum over local SGD, D-PSGD or SGP (Wang et al. 2020)", slowmo,
      {step_size<SlowMo>(),
       {{"base", &SlowMo::base,
         choices<Base>({{"local_sgd", Base::local_sgd}, {"d_psgd", Base::d_psgd}, {"sgp", Base::sgp}}),
         "the algorithm whose rounds are between two slow steps"},
        {"local_steps", &SlowMo::local_steps, at_least(1), "steps H in a round of the base"},
        {"slow_period", &SlowMo::slow_period, at_least(1), "rounds of the base between two slow steps"},
        {"slow_step_size", &SlowMo::slow_step_size, above(0), "step size α of slow steps, in units of the way made"},
        {"slow_momentum", &SlowMo::slow_momentum, from_until(0, 1), "momentum β of slow steps"},
        Field<SlowMo>{"exact_average", &SlowMo::exact_average,
                      "whether slow steps use the mean of all models in place of a round of the base"}
            .read_if(where_is("base", {"d_psgd"}))},
       momentum<SlowMo>(),
       {Field<SlowMo>{"at_slow_step", &SlowMo::at_slow_step,
                      choices<Local>({{"keep", Local::keep}, {"average", Local::average}, {"reset", Local::reset}}),
                      "what happens to the momentum of local steps at a slow step"}
            .read_if(over_momentum)}},
      "Wang, Tantia, Ballas, Rabbat, \"SlowMo: Improving Communication-Efficient Distributed SGD with Slow Momentum\", "
      "ICLR 2020, arXiv:1910.00643",
      {.cost = "H gradients; the base's messages, or one all-reduce",
       .vectors = 3,
       .all_reduces = true,
       .sums = {},
       .needs = {{doubly_stochastic, where_is("base", {"d_psgd"})}, {column_stochastic, where_is("base", {"sgp"})}},
       .steps_per_averaging = {"slow_period", "local_steps"}});
}

}  // namespace gossamer
