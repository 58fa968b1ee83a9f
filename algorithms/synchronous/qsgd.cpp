#include "algorithms/synchronous/qsgd.hpp"

#include <memory>

#include "algorithms/entry.hpp"
#include "algorithms/parts/compressed_sgd.hpp"
#include "sim/compression/qsgd.hpp"

namespace gossamer {

Task qsgd(Node& node, QsgdSgd settings) {
  const Qsgd::Settings code{.levels = settings.levels, .bucket_size = settings.bucket_size};
  return compressed_sgd(
      node, {.step_size = settings.step_size, .codec = std::make_shared<const Qsgd>(code), .sgd = settings.sgd});
}

AlgorithmEntry qsgd_entry() {
  return algorithm<QsgdSgd>(
      "qsgd", "average gradients that are rounded at random to levels of their norm (Alistarh et al. 2017)", qsgd,
      {step_size<QsgdSgd>(),
       {{"levels", &QsgdSgd::levels, between(1, Index{1} << 15), "levels s, beside zero"},
        {"bucket_size", &QsgdSgd::bucket_size, at_least(1), "coordinates that share a norm; all by default"}},
       sgd<QsgdSgd>()},
      "Alistarh, Grubic, Li, Tomioka, Vojnovic, \"QSGD: Communication-Efficient SGD via Gradient Quantization and "
      "Encoding\", NeurIPS 2017, arXiv:1610.02132",
      {.cost = "one gradient; an all-gather of codes", .vectors = 2, .agrees = false, .all_reduces = true, .sums = {}});
}

}  // namespace gossamer
