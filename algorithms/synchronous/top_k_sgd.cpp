#include "algorithms/synchronous/top_k_sgd.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/compressed_sgd.hpp"
#include "sim/compression/top_k.hpp"

namespace gossamer {

Task top_k_sgd(Node& node, TopKSgd settings) {
  return error_feedback_sgd(
      node, {.step_size = settings.step_size,
             .codec = std::make_shared<const TopK>(TopK::Settings{.k = {}, .fraction = settings.fraction})});
}

AlgorithmEntry top_k_sgd_entry() {
  return algorithm<TopKSgd>(
      "top_k_sgd", "average the largest coordinates of steps, with error feedback (Stich et al. 2018)", top_k_sgd,
      {step_size<TopKSgd>(),
       {{"fraction", &TopKSgd::fraction, above_up_to(0, 1), "fraction k/d of the coordinates that are sent"}}},
      "Stich, Cordonnier, Jaggi, \"Sparsified SGD with Memory\", NeurIPS 2018, arXiv:1809.07599",
      {.cost = "one gradient; an all-gather of k values and positions",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .sums = {}});
}

}  // namespace gossamer
