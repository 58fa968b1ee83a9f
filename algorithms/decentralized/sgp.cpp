#include "algorithms/decentralized/sgp.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/push_sum.hpp"

namespace gossamer {

Task sgp(Node& node, Sgp settings) {
  Direction direction{node, settings.local, settings.step_size};
  PushSum sums{node, node.initial_params()};
  Params z = sums.numerator();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await direction.at(z);
    sums.numerator() = sums.numerator() - eta * g;
    sums.push(k);
    z = co_await sums.pull(k);
    node.report(z);
  }
}

AlgorithmEntry sgp_entry() {
  using enum Need::What;
  return algorithm<Sgp>(
      "sgp", "push-sum on directed graphs (Assran et al. 2019)", sgp,
      {step_size<Sgp>(), local_steps<Sgp>(), local_momentum<Sgp>()},
      "Assran, Loizou, Ballas, Rabbat, \"Stochastic Gradient Push for Distributed Deep Learning\", ICML "
      "2019, arXiv:1811.10792",
      {.cost = "H gradients; one payload and a weight to each neighbor",
       .vectors = 2,
       .sums = Stochasticity::columns,
       .needs = {{aperiodic}}});
}

}  // namespace gossamer
