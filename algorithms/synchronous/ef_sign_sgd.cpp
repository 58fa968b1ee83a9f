#include "algorithms/synchronous/ef_sign_sgd.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/compressed_sgd.hpp"
#include "sim/compression/scaled_sign.hpp"

namespace gossamer {

Task ef_sign_sgd(Node& node, EfSignSgd settings) {
  return error_feedback_sgd(node, {.step_size = settings.step_size, .codec = std::make_shared<const ScaledSign>()});
}

AlgorithmEntry ef_sign_sgd_entry() {
  return algorithm<EfSignSgd>(
      "ef_sign_sgd", "average the scaled signs of steps, with error feedback (Karimireddy et al. 2019)", ef_sign_sgd,
      {step_size<EfSignSgd>()},
      "Karimireddy, Rebjock, Stich, Jaggi, \"Error Feedback Fixes SignSGD and other Gradient Compression Schemes\", "
      "ICML 2019, arXiv:1901.09847",
      {.cost = "one gradient; an all-gather of d + 32 bits",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .sums = {}});
}

}  // namespace gossamer
