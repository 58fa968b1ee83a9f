#include "algorithms/periodic/sparta.hpp"

#include <cmath>
#include <cstdint>
#include <memory>

#include "algorithms/entry.hpp"
#include "sim/numerics/functions/choice.hpp"

namespace gossamer {
namespace {

/// Takes the first argument in the coordinates of step t's set, and the second one in all others.
std::shared_ptr<const VectorFunction> choice_of_step(const Node& node, const Sparta& settings, std::uint64_t t) {
  if (settings.selection == Sparta::Selection::random)
    return std::make_shared<const RandomChoice>(settings.fraction, node.common_draws(Purpose::mask, t));
  const auto parts = static_cast<std::uint64_t>(std::ceil(1 / settings.fraction - 1e-9));
  return std::make_shared<const PartChoice>(static_cast<Index>(t % parts), static_cast<Index>(parts));
}

}  // namespace

Task sparta(Node& node, Sparta settings) {
  Params x = node.initial_params();
  const auto optimizer = settings.optimizer.start(node);
  const auto size = static_cast<Bytes>(std::ceil(settings.fraction * static_cast<double>(node.payload())));
  for (std::uint64_t t = 0; node.running(); ++t) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = optimizer->step(x, eta, g);
    const Encoded part{x, size};
    const Params mean = co_await node.all_reduce_mean(part);
    x = node.apply(choice_of_step(node, settings, t), {mean, x});
    node.report(x);
  }
}

AlgorithmEntry sparta_entry() {
  using Selection = Sparta::Selection;
  return algorithm<Sparta>(
      "sparta", "average a few coordinates, the same for all nodes, every step (Exo Labs 2025)", sparta,
      {step_size<Sparta>(),
       {{"fraction", &Sparta::fraction, above_up_to(0, 1), "fraction p of the coordinates that are averaged in a step"},
        {"selection", &Sparta::selection,
         choices<Selection>({{"random", Selection::random}, {"cyclic", Selection::cyclic}}),
         "random coordinates, or equal parts of them in turn"}},
       optimizer<Sparta>("of the steps")},
      "Exo Labs, \"SPARTA: Distributed Training with Sparse Parameter Averaging\", 2025, code of EXO Gym",
      {.cost = "one gradient; one all-reduce of p payloads", .vectors = 2, .all_reduces = true, .sums = {}});
}

}  // namespace gossamer
