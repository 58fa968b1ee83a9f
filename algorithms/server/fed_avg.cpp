#include "algorithms/server/fed_avg.hpp"

#include "algorithms/server/fed_opt_fields.hpp"

namespace gossamer {

Task fed_avg(Node& node, FedAvg settings) { return fed_opt(node, settings); }

AlgorithmEntry fed_avg_entry() {
  AlgorithmFacts facts = fed_opt_facts();
  facts.counterparts = {{"proximal", "fed_prox"}, {"server_optimizer", "fed_opt"}, {"optimizer", "fed_opt"}};
  return algorithm<FedAvg>(
      "fed_avg", "the server averages the models of a few clients after local steps (McMahan et al. 2017)", fed_avg,
      {step_size<FedAvg>(), fed_opt_rounds()},
      "McMahan, Moore, Ramage, Hampson, Aguera y Arcas, \"Communication-Efficient Learning of Deep Networks from "
      "Decentralized Data\", AISTATS 2017, arXiv:1602.05629",
      std::move(facts));
}

AlgorithmEntry fed_prox_entry() {
  return algorithm<FedAvg>(
      "fed_prox", "federated averaging whose clients stay near the server's model (Li et al. 2020)", fed_avg,
      {step_size<FedAvg>(),
       {{"proximal", &FedAvg::proximal, at_least(0), "μ, the weight of (μ/2)‖w − x‖² in a client's objective"}},
       fed_opt_rounds()},
      "Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith, \"Federated Optimization in Heterogeneous Networks\", MLSys 2020, "
      "arXiv:1812.06127",
      fed_opt_facts());
}

}  // namespace gossamer
