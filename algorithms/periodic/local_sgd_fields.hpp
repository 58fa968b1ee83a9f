#pragma once
#include <utility>
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/periodic/local_sgd.hpp"

/// The settings and facts that local SGD and its period laws share.
namespace gossamer {

inline std::vector<Field<LocalSgd>> local_sgd_momentum() {
  const auto with_momentum = where_not("momentum", 0.0);
  return {{"momentum", &LocalSgd::momentum, from_until(0, 1), "heavy-ball momentum β, of each node"},
          Field<LocalSgd>{"nesterov", &LocalSgd::nesterov, "whether the momentum looks ahead"}.read_if(with_momentum),
          {"weight_decay", &LocalSgd::weight_decay, at_least(0), "λ of λ x, which each gradient gets in addition"},
          Field<LocalSgd>{"momenta", &LocalSgd::momenta,
                          choices<LocalSgd::Momenta>({{"kept", LocalSgd::Momenta::kept},
                                                      {"averaged", LocalSgd::Momenta::averaged},
                                                      {"reset", LocalSgd::Momenta::reset}}),
                          "at an averaging of models: kept by each node, averaged too, or set to zero"}
              .read_if(with_momentum)};
}

inline AlgorithmFacts local_sgd_facts() {
  return {.cost = "H gradients; one all-reduce",
          .all_reduces = true,
          .sums = {},
          .steps_per_averaging = {"averaging_period"}};
}

/// The entry of local SGD with a period law as an algorithm of its own: `S` has the members `base`, of type LocalSgd,
/// and `periods`, whose fields these are.
template <class S, class Law>
AlgorithmEntry local_sgd_with_law(std::string name, std::string sentence, Task (*program)(Node&, S),
                                  std::vector<Field<Law>> law, std::string source) {
  return algorithm<S>(std::move(name), std::move(sentence), program,
                      {within(&S::base, step_size<LocalSgd>()), within(&S::periods, std::move(law)),
                       within(&S::base, local_sgd_momentum())},
                      std::move(source), local_sgd_facts());
}

}  // namespace gossamer
