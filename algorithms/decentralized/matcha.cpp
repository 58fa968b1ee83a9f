#include "algorithms/decentralized/matcha.hpp"

#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/entry.hpp"

namespace gossamer {

Task matcha(Node& node, Matcha settings) {
  return d_psgd(node, {.step_size = settings.step_size, .form = DPsgd::Form::atc, .local = settings.local});
}

AlgorithmEntry matcha_entry() {
  return algorithm<Matcha>("matcha", "D-PSGD on matchings drawn within a budget (Wang et al. 2019)", matcha,
                           {step_size<Matcha>(), local_steps<Matcha>(), local_momentum<Matcha>()},
                           "Wang, Sahu, Yang, Joshi, Kar, \"MATCHA: Speeding Up Decentralized SGD via Matching "
                           "Decomposition Sampling\", 2019, arXiv:1905.09435",
                           {.cost = "H gradients; one payload to each neighbor that is drawn",
                            .without_matchings = "d_psgd with \"form\": \"atc\""});
}

}  // namespace gossamer
