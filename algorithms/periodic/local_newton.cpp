#include "algorithms/periodic/local_newton.hpp"

#include <string>
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "sim/numerics/summaries/inner_products.hpp"

namespace gossamer {
namespace {

constexpr int most_shrinks = 30;  // then rounding decides

/// One step of Newton's method on the node's own objective.
Part<Params> newton_step(Node& node, LocalNewton settings, Params x) {
  const Params g = co_await node.gradient(x, SampleSet::all());
  const Params p = co_await node.newton_direction(x, g);
  const std::vector<double> products = co_await node.value(norm_and_product_of(p, g));
  const double slope = products[1];
  const double f = co_await node.loss(x);
  double alpha = 1;
  for (int k = 0; k < most_shrinks; ++k, alpha *= settings.shrink) {
    const Params next = x - alpha * p;
    if (co_await node.loss(next) <= f - alpha * settings.sufficient_decrease * slope) co_return next;
  }
  co_return x;
}

/// A step of GIANT on f, from a model that all nodes have.
Part<Params> giant_step(Node& node, LocalNewton settings, Params x) {
  const Params own = co_await node.gradient(x, SampleSet::all());
  const Params g = co_await node.all_reduce_mean(own, 0, 1);
  const Params direction = co_await node.newton_direction(x, g);
  const Params p = co_await node.all_reduce_mean(direction, 0, 2);
  const std::vector<double> products = co_await node.value(norm_and_product_of(p, g));
  const double slope = products[1];
  constexpr int trials = 8;  // step sizes whose losses travel together
  std::vector<double> losses;
  losses.push_back(co_await node.loss(x));
  double alpha = 1;
  for (int k = 0; k < trials; ++k, alpha *= settings.shrink) {
    const double loss = co_await node.loss(x - alpha * p);
    losses.push_back(loss);
  }
  const std::vector<double> f = co_await node.all_reduce_mean(std::move(losses));
  alpha = 1;
  for (std::size_t k = 1; k < f.size(); ++k, alpha *= settings.shrink)
    if (f[k] <= f[0] - alpha * settings.sufficient_decrease * slope) co_return x - alpha* p;
  co_return x;
}

}  // namespace

Task local_newton(Node& node, LocalNewton settings) {
  Params x = node.initial_params();
  while (node.running()) {
    for (int k = 0; k < settings.averaging_period; ++k) x = co_await newton_step(node, settings, x);
    x = co_await node.all_reduce_mean(x);
    node.report(x);
  }
}

Task adaptive_local_newton(Node& node, LocalNewton settings) {
  Params x = node.initial_params();
  int period = settings.averaging_period;
  double first_fall = -1;
  double f = co_await node.loss(x);
  f = co_await node.all_reduce_mean(f);
  while (node.running()) {
    if (period == 0) {
      x = co_await giant_step(node, settings, x);
      node.report(x);
      continue;
    }
    for (int k = 0; k < period; ++k) x = co_await newton_step(node, settings, x);
    x = co_await node.all_reduce_mean(x);
    node.report(x);
    const double own = co_await node.loss(x);
    const double next = co_await node.all_reduce_mean(own);
    const double fall = f - next;
    f = next;
    if (first_fall < 0) {
      first_fall = fall;
    } else if (fall < settings.least_decrease * first_fall) {
      --period;
    }
  }
}

Task giant(Node& node, LocalNewton settings) {
  Params x = node.initial_params();
  while (node.running()) {
    x = co_await giant_step(node, settings, x);
    node.report(x);
  }
}

namespace {

std::vector<Field<LocalNewton>> line_search() {
  return {
      {"sufficient_decrease", &LocalNewton::sufficient_decrease, above_up_to(0, 0.5),
       "β: a step must lower the loss by β of what the slope promises"},
      {"shrink", &LocalNewton::shrink, Range{0, 1, false, false}, "γ, the factor between step sizes that are tried"}};
}
std::vector<Field<LocalNewton>> period(std::string sentence) {
  return {{"averaging_period", &LocalNewton::averaging_period, at_least(1), std::move(sentence)}};
}
AlgorithmFacts facts(std::string cost, std::vector<std::string> steps_per_averaging) {
  return {.cost = std::move(cost),
          .all_reduces = true,
          .decides_by_values = true,
          .needs_hessians = true,
          .sums = {},
          .stochastic = false,
          .steps_per_averaging = std::move(steps_per_averaging)};
}
const std::string local_newton_source =
    "Gupta, Ghosh, Derezinski, Khanna, Ramchandran, Mahoney, \"LocalNewton: Reducing Communication Rounds for "
    "Distributed Learning\", UAI 2021, arXiv:2105.07320";

}  // namespace

AlgorithmEntry local_newton_entry() {
  return algorithm<LocalNewton>("local_newton", "average all models every L local Newton steps (Gupta et al. 2021)",
                                local_newton, {period("L, Newton steps between two averagings"), line_search()},
                                local_newton_source,
                                facts("L Newton steps over all samples; one all-reduce", {"averaging_period"}));
}

AlgorithmEntry adaptive_local_newton_entry() {
  return algorithm<LocalNewton>(
      "adaptive_local_newton", "LocalNewton whose period falls, and then GIANT (Gupta et al. 2021)",
      adaptive_local_newton,
      {period("L at first, Newton steps between two averagings"),
       {{"least_decrease", &LocalNewton::least_decrease, at_least(0),
         "δ: the period falls if the loss falls by less than this fraction of its first fall"}},
       line_search()},
      local_newton_source, facts("as local_newton, then as giant", {"averaging_period"}));
}

AlgorithmEntry giant_entry() {
  AlgorithmFacts giant_facts = facts("one Newton step over all samples; three all-reduces", {});
  giant_facts.exact = true;
  giant_facts.agrees = false;
  return algorithm<LocalNewton>(
      "giant", "the mean of the nodes' Newton directions along the mean gradient (Wang et al. 2018)", giant,
      {line_search()},
      "Wang, Roosta-Khorasani, Xu, Mahoney, \"GIANT: Globally Improved Approximate Newton Method for Distributed "
      "Optimization\", NeurIPS 2018, arXiv:1709.03528",
      std::move(giant_facts));
}

}  // namespace gossamer
