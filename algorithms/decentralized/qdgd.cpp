#include "algorithms/decentralized/qdgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task qdgd(Node& node, Qdgd settings) {
  const double gamma = settings.consensus_step;
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    Averaging averaging{node, k, x, settings.compressor.get()};
    const Params g = co_await direction.at(x);
    const double own = node.neighborhood(k).weight(node.id());
    const Combination theirs = co_await averaging.sum() - own * averaging.own();
    x = (1 - gamma + gamma * own) * x + gamma * theirs - gamma * eta * g;
    node.report(x);
  }
}

AlgorithmEntry qdgd_entry() {
  using enum Need::What;
  return algorithm<Qdgd>(
      "qdgd", "compressed models, with a second step size (Reisizadeh et al. 2019)", qdgd,
      {step_size<Qdgd>(), compressor<Qdgd>(), consensus_step<Qdgd>(), local_steps<Qdgd>()},
      "Reisizadeh, Mokhtari, Hassani, Pedarsani, \"An Exact Quantized Decentralized Gradient Descent "
      "Algorithm\", IEEE Transactions on Signal Processing 67(19), 2019, arXiv:1806.11536",
      {.cost = one_code, .needs = {{aperiodic, where_whole_step}}, .stochastic = false});
}

}  // namespace gossamer
