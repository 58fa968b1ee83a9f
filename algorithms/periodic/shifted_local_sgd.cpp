#include "algorithms/periodic/shifted_local_sgd.hpp"

#include <string>
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"

namespace gossamer {
namespace {

/// A gradient estimator of one node.
enum class Estimator { svrg, shifted_svrg, shifted, shifted_to_optimum, reduced_to_optimum };

/// The vectors that a node keeps besides its model.
struct References {
  Params y;      ///< the point of reference: y_i, y or x*
  Params shift;  ///< ∇f_i(y_i), ∇f(y), h̄ − h_i or −∇f_i(x*); empty if there is none
};

/// The references at y.
Part<References> references_at(Node& node, Estimator estimator, Params y) {
  using enum Estimator;
  if (estimator == reduced_to_optimum) co_return References{y, {}};
  const SampleSet samples = estimator == shifted ? SampleSet{} : SampleSet::all();
  const Params own = co_await node.gradient(y, samples);
  if (estimator == svrg) co_return References{y, own};
  if (estimator == shifted_to_optimum) co_return References{y, -1.0 * own};
  const Params mean = co_await node.all_reduce_mean(own, 0, 1);
  co_return References{y, estimator == shifted ? Params{mean - own} : mean};
}

/// g_i at x.
Part<Params> estimate(Node& node, Estimator estimator, References at, Params x) {
  using enum Estimator;
  const Params g = co_await node.gradient(x);
  if (estimator == shifted || estimator == shifted_to_optimum) co_return g + at.shift;
  const Params reference = co_await node.gradient(at.y, SampleSet::last_batch());
  if (estimator == reduced_to_optimum) co_return g - reference;
  co_return g - reference + at.shift;
}

/// Decisions that all nodes make alike.
class Coins {
 public:
  Coins(Node& node, ShiftedLocalSgd settings) : node_{node}, settings_{settings} {}

  bool ends_loop(std::uint64_t k) const {
    const auto period = static_cast<std::uint64_t>(settings_.averaging_period);
    if (!settings_.random_period) return (k + 1) % period == 0;
    return node_.common_draws(Purpose::coin, 2 * k).uniform() < 1.0 / settings_.averaging_period;
  }
  bool moves_reference(std::uint64_t k) const {
    return node_.common_draws(Purpose::coin, 2 * k + 1).uniform() < settings_.refresh;
  }

 private:
  Node& node_;
  ShiftedLocalSgd settings_;
};

Task run(Node& node, ShiftedLocalSgd settings, Estimator estimator) {
  using enum Estimator;
  const bool knows_optimum = estimator == shifted_to_optimum || estimator == reduced_to_optimum;
  const Coins coins{node, settings};
  Params x = node.initial_params();
  Params start = x;
  if (knows_optimum) start = node.optimum();
  References at = co_await references_at(node, estimator, start);
  for (std::uint64_t k = 0; node.running(); ++k) {
    const Params before = x;
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await estimate(node, estimator, at, x);
    x = x - eta * g;
    if (coins.ends_loop(k)) x = co_await node.all_reduce_mean(x);
    node.report(x);
    if (knows_optimum || !coins.moves_reference(k)) continue;
    Params y = x;
    if (estimator != svrg) y = co_await node.all_reduce_mean(before, 0, 2);
    at = co_await references_at(node, estimator, y);
  }
}

AlgorithmEntry entry_of(std::string name, std::string sentence, Task (*program)(Node&, ShiftedLocalSgd), bool moves,
                        AlgorithmFacts facts) {
  std::vector<Field<ShiftedLocalSgd>> fields{
      {"averaging_period", &ShiftedLocalSgd::averaging_period, at_least(1),
       "H, mean number of steps between two averagings"},
      {"random_period", &ShiftedLocalSgd::random_period, "whether averagings come at random times"}};
  if (moves)
    fields.push_back({"refresh", &ShiftedLocalSgd::refresh, above_up_to(0, 1),
                      "q, probability after each step that the point of reference moves"});
  facts.all_reduces = true;
  facts.sums = {};
  facts.steps_per_averaging = {"averaging_period"};
  return algorithm<ShiftedLocalSgd>(
      std::move(name), std::move(sentence) + " (Gorbunov et al. 2021)", program, {step_size<ShiftedLocalSgd>(), fields},
      "Gorbunov, Hanzely, Richtarik, \"Local SGD: Unified Theory and New Efficient Methods\", AISTATS 2021, "
      "arXiv:2011.02828",
      std::move(facts));
}

}  // namespace

Task local_svrg(Node& node, ShiftedLocalSgd settings) { return run(node, settings, Estimator::svrg); }
Task s_local_svrg(Node& node, ShiftedLocalSgd settings) { return run(node, settings, Estimator::shifted_svrg); }
Task ss_local_sgd(Node& node, ShiftedLocalSgd settings) { return run(node, settings, Estimator::shifted); }
Task s_star_local_sgd(Node& node, ShiftedLocalSgd settings) {
  return run(node, settings, Estimator::shifted_to_optimum);
}
Task s_star_local_sgd_star(Node& node, ShiftedLocalSgd settings) {
  return run(node, settings, Estimator::reduced_to_optimum);
}

AlgorithmEntry local_svrg_entry() {
  return entry_of("local_svrg", "local SGD whose nodes reduce the variance of their own gradients", local_svrg, true,
                  {.cost = "two gradients; one all-reduce every H steps", .vectors = 3});
}
AlgorithmEntry s_local_svrg_entry() {
  return entry_of("s_local_svrg", "local SVRG with a common point of reference: exact on any data", s_local_svrg, true,
                  {.cost = "two gradients; one all-reduce every H steps, and two when the reference moves",
                   .vectors = 3,
                   .exact = true});
}
AlgorithmEntry ss_local_sgd_entry() {
  return entry_of("ss_local_sgd", "local SGD shifted by stochastic gradients at a common point", ss_local_sgd, true,
                  {.cost = "one gradient; one all-reduce every H steps, and two when the reference moves",
                   .vectors = 3,
                   .exact = true});
}
AlgorithmEntry s_star_local_sgd_entry() {
  return entry_of(
      "s_star_local_sgd", "local SGD shifted by the gradients at the known minimum, a reference for theory",
      s_star_local_sgd, false,
      {.cost = "one gradient; one all-reduce every H steps", .vectors = 3, .exact = true, .needs_optimum = true});
}
AlgorithmEntry s_star_local_sgd_star_entry() {
  return entry_of(
      "s_star_local_sgd_star",
      "local SGD reduced by the same samples' gradients at the known minimum, a reference for theory",
      s_star_local_sgd_star, false,
      {.cost = "two gradients; one all-reduce every H steps", .vectors = 3, .exact = true, .needs_optimum = true});
}

}  // namespace gossamer
