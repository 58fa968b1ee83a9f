#include "algorithms/decentralized/qg_dmsgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task qg_dmsgd(Node& node, QgDmsgd settings) {
  const double beta = settings.momentum, mu = settings.global_momentum;
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params m = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await direction.at(x);
    const Params h = beta * m + g;
    const Params d = settings.nesterov ? Params{g + beta * h} : h;
    Averaging averaging{node, k, x - eta * d};
    const Params next = co_await averaging.sum();
    m = mu * m + ((1 - mu) / eta) * (x - next);
    x = next;
    node.report(x);
  }
}

AlgorithmEntry qg_dmsgd_entry() {
  using enum Need::What;
  return algorithm<QgDmsgd>(
      "qg_dmsgd", "quasi-global momentum, from successive averaged models (Lin et al. 2021)", qg_dmsgd,
      {step_size<QgDmsgd>(),
       momentum<QgDmsgd>("momentum β"),
       {Field<QgDmsgd>{"global_momentum", &QgDmsgd::global_momentum, from_until(0, 1),
                       "μ, how slowly the momentum follows"}
            .read_if(where_not("momentum", 0.0)),
        Field<QgDmsgd>{"nesterov", &QgDmsgd::nesterov, "whether the momentum looks ahead"}.read_if(
            where_not("momentum", 0.0))},
       local_steps<QgDmsgd>()},
      "Lin, Karimireddy, Stich, Jaggi, \"Quasi-Global Momentum: Accelerating Decentralized Deep Learning on "
      "Heterogeneous Data\", ICML 2021, arXiv:2102.04761",
      {.cost = one_payload, .vectors = 2, .needs = {{aperiodic}}});
}

}  // namespace gossamer
