#include "algorithms/periodic/local_sgd.hpp"

#include <memory>
#include <optional>
#include <vector>

#include "algorithms/parts/sgd.hpp"
#include "algorithms/periodic/local_sgd_fields.hpp"

namespace gossamer {
namespace {

/// S = (1/n) Σ_i ‖x_i − x̄‖², on all nodes; empty without numerics.
Part<std::optional<double>> variance_around(Node& node, Params x, Params mean) {
  const double own = x ? co_await node.value(squared_norm(x - mean)) : 0;
  const double variance = co_await node.all_reduce_mean(own);
  co_return x ? std::optional{variance} : std::nullopt;
}

/// The facts of a period law that depend on other nodes: clocks, and the loss at their common model x. Each node computes
/// its loss if its own clock says so; the mean is over those that did.
Part<PeriodStart> agreed_facts(Node& node, const Periods& periods, Params x) {
  PeriodStart at;
  const Seconds now = node.now();
  const bool is_due = x && periods.asks_loss(now);
  const double own = is_due ? co_await node.loss(x) : 0;
  std::vector<double> numbers{now.count(), own, is_due ? 1.0 : 0.0};
  const std::vector<double> mean = co_await node.all_reduce_mean(std::move(numbers));
  if (!x) co_return at;
  at.now = Seconds{mean[0]};
  if (mean[2] > 0) at.loss = mean[1] / mean[2];
  co_return at;
}

}  // namespace

Task local_sgd(Node& node, LocalSgd settings) {
  const std::shared_ptr<const PeriodLaw> law = settings.averaging_period.law();
  const std::unique_ptr<Periods> periods = law->periods();
  Sgd sgd{{settings.momentum, settings.nesterov, settings.weight_decay}};
  Params x = node.initial_params();
  double eta = settings.step_size.at(node.steps());
  PeriodStart at;
  if (law->asks_loss()) at = co_await agreed_facts(node, *periods, x);
  while (node.running()) {
    at.steps = node.steps();
    at.step_size = settings.step_size.at(node.steps());
    at.last_step_size = eta;
    const std::uint64_t period = periods->next(at);
    for (std::uint64_t h = 0; h < period; ++h) {
      eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(x);
      x = sgd.step(x, eta, g);
    }
    if (law->asks_variance()) node.report(x);  // records that are due during the averaging show the variance
    const Params mean = co_await node.all_reduce_mean(x);
    at = {};
    if (law->asks_loss()) at = co_await agreed_facts(node, *periods, mean);
    if (law->asks_variance()) at.variance = co_await variance_around(node, x, mean);
    x = mean;
    if (settings.momenta == LocalSgd::Momenta::reset) sgd.reset();
    if (settings.momenta == LocalSgd::Momenta::averaged)
      for (Params& m : sgd.states()) m = co_await node.all_reduce_mean(m, 0, 1);
    node.report(x);
  }
}

AlgorithmEntry local_sgd_entry() {
  return algorithm<LocalSgd>("local_sgd", "average all models every H steps (Stich 2019)", local_sgd,
                             {step_size<LocalSgd>(),
                              {{"averaging_period", &LocalSgd::averaging_period,
                                "steps H between two averagings, or a law that chooses them"}},
                              local_sgd_momentum()},
                             "Stich, \"Local SGD Converges Fast and Communicates Little\", ICLR 2019, arXiv:1805.09767",
                             local_sgd_facts());
}

AlgorithmEntry cpsgd_entry() {
  return algorithm<LocalSgd>(
      "cpsgd", "local SGD with a constant period, as papers compare it with adaptive ones (Jiang, Agrawal 2020)",
      local_sgd,
      {step_size<LocalSgd>(),
       {{"averaging_period", &LocalSgd::averaging_period, "steps p between two averagings"}},
       local_sgd_momentum()},
      "Jiang, Agrawal, \"Adaptive Periodic Averaging: A Practical Approach to Reducing Communication in Distributed "
      "Learning\", 2020, arXiv:2007.06134",
      local_sgd_facts());
}

}  // namespace gossamer
