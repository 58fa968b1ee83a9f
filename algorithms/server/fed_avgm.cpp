#include "algorithms/server/fed_avgm.hpp"

#include "algorithms/server/fed_opt_fields.hpp"

namespace gossamer {

Task fed_avgm(Node& node, FedAvgM settings) {
  settings.rounds.server = settings.server;
  return fed_opt(node, settings.rounds);
}

AlgorithmEntry fed_avgm_entry() {
  Field<OuterStep> momentum{"server_momentum", &OuterStep::momentum, from_until(0, 1), "momentum β of the server"};
  momentum.setting.fallback = FedAvgM{}.server.momentum;
  return algorithm<FedAvgM>(
      "fed_avgm", "federated averaging with momentum at the server (Hsu et al. 2019)", fed_avgm,
      {within(&FedAvgM::rounds, step_size<FedOpt>()),
       within(&FedAvgM::rounds, fed_opt_rounds()),
       {{&FedAvgM::server, {"server_step", &OuterStep::step_size, above(0), "step size η_s of the server"}},
        {&FedAvgM::server, std::move(momentum)},
        {&FedAvgM::server,
         Field<OuterStep>{"nesterov", &OuterStep::nesterov, "whether the server's momentum looks ahead"}.read_if(
             where_not("server_momentum", 0.0))}}},
      "Hsu, Qi, Brown, \"Measuring the Effects of Non-Identical Data Distribution for Federated Visual "
      "Classification\", 2019, arXiv:1909.06335",
      fed_opt_facts());
}

}  // namespace gossamer
