#include "algorithms/periodic/local_sgd.hpp"

#include <memory>
#include <optional>

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

}  // namespace

Task local_sgd(Node& node, LocalSgd settings) {
  const std::shared_ptr<const PeriodLaw> law = settings.averaging_period.law();
  const std::unique_ptr<Periods> periods = law->periods();
  Sgd sgd{{settings.momentum, settings.nesterov, settings.weight_decay}};
  Params x = node.initial_params();
  double eta = settings.step_size.at(node.steps());
  std::optional<double> variance;
  while (node.running()) {
    const std::uint64_t period = periods->next({node.steps(), settings.step_size.at(node.steps()), eta, variance});
    for (std::uint64_t h = 0; h < period; ++h) {
      eta = settings.step_size.at(node.steps());
      const Params g = co_await node.gradient(x);
      x = sgd.step(x, eta, g);
    }
    if (law->asks_variance()) node.report(x);  // records that are due during the averaging show the variance
    const Params mean = co_await node.all_reduce_mean(x);
    if (law->asks_variance()) variance = co_await variance_around(node, x, mean);
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

}  // namespace gossamer
