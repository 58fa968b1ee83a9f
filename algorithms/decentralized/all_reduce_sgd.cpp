#include "algorithms/decentralized/all_reduce_sgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/optimizer.hpp"

namespace gossamer {
namespace {

OptimizerSettings optimizer_of(const AllReduceSgd& settings) {
  if (settings.optimizer == AllReduceSgd::Rule::adam) {
    Adam::Settings adam = settings.adam;
    adam.weight_decay = settings.weight_decay;
    return adam;
  }
  return Sgd::Settings{
      .momentum = settings.momentum, .nesterov = settings.nesterov, .weight_decay = settings.weight_decay};
}

}  // namespace

Task all_reduce_sgd(Node& node, AllReduceSgd settings) {
  Params x = node.initial_params();
  Optimizer optimizer{node, optimizer_of(settings)};
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params own = co_await node.gradient(x);
    const Params mean = co_await node.all_reduce_mean(own);
    x = optimizer.step(x, eta, mean);
    node.report(x);
  }
}

AlgorithmEntry all_reduce_sgd_entry() {
  using Optimizers = AllReduceSgd::Rule;
  return algorithm<AllReduceSgd>(
      "all_reduce_sgd", "average all gradients, every step (Goyal et al. 2017)", all_reduce_sgd,
      {step_size<AllReduceSgd>(),
       {{"optimizer", &AllReduceSgd::optimizer,
         choices<Optimizers>({{"sgd", Optimizers::sgd}, {"adam", Optimizers::adam}}),
         "rule of the step along the mean gradient"},
        Field<AllReduceSgd>{"momentum", &AllReduceSgd::momentum, from_until(0, 1), "heavy-ball momentum β"}.read_if(
            where_is("optimizer", {"sgd"})),
        Field<AllReduceSgd>{"nesterov", &AllReduceSgd::nesterov, "whether the momentum looks ahead"}.read_if(
            where_not("momentum", 0.0)),
        {"weight_decay", &AllReduceSgd::weight_decay, at_least(0), "weight decay λ"}},
       read_if(where_is("optimizer", {"adam"}), adam_without_decay<AllReduceSgd>())},
      "Goyal et al., \"Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour\", 2017, arXiv:1706.02677",
      {.cost = "one gradient; one all-reduce",
       .agrees = false,
       .all_reduces = true,
       .sums = {},
       .counterparts = {{"averaging_period", "local_sgd"}}});
}

}  // namespace gossamer
