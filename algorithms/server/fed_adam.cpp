#include "algorithms/server/fed_adam.hpp"

#include <string>
#include <utility>

#include "algorithms/server/fed_opt_fields.hpp"

namespace gossamer {
namespace {

Task adaptive_rounds(Node& node, FedOpt rounds, AdaptiveStep::Settings server) {
  rounds.server = server;
  return fed_opt(node, std::move(rounds));
}

template <class S>
AlgorithmEntry adaptive_entry(std::string name, std::string sentence, Task (*program)(Node&, S)) {
  return algorithm<S>(
      std::move(name), std::move(sentence) + " (Reddi et al. 2021)", program,
      {within(&S::rounds, step_size<FedOpt>()), within(&S::rounds, fed_opt_rounds()),
       within(&S::server, adaptive_fields(S{}.server, "server_step"))},
      "Reddi, Charles, Zaheer, Garrett, Rush, Konečný, Kumar, McMahan, \"Adaptive Federated Optimization\", ICLR 2021, "
      "arXiv:2003.00295",
      fed_opt_facts());
}

}  // namespace

Task fed_adam(Node& node, FedAdam settings) { return adaptive_rounds(node, settings.rounds, settings.server); }
Task fed_yogi(Node& node, FedYogi settings) { return adaptive_rounds(node, settings.rounds, settings.server); }
Task fed_adagrad(Node& node, FedAdagrad settings) { return adaptive_rounds(node, settings.rounds, settings.server); }

AlgorithmEntry fed_adam_entry() {
  return adaptive_entry("fed_adam", "federated averaging with Adam's step at the server", fed_adam);
}
AlgorithmEntry fed_yogi_entry() {
  return adaptive_entry("fed_yogi", "federated averaging with Yogi's step at the server", fed_yogi);
}
AlgorithmEntry fed_adagrad_entry() {
  return adaptive_entry("fed_adagrad", "federated averaging with Adagrad's step at the server", fed_adagrad);
}

}  // namespace gossamer
