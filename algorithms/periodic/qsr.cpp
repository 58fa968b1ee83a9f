#include "algorithms/periodic/qsr.hpp"

#include "algorithms/periodic/local_sgd_fields.hpp"

namespace gossamer {

Task qsr(Node& node, Qsr settings) {
  settings.base.averaging_period = period_by(settings.periods);
  return local_sgd(node, settings.base);
}

AlgorithmEntry qsr_entry() {
  return local_sgd_with_law<Qsr>(
      "qsr", "average all models every ⌊(α/η)²⌋ steps (Gu et al. 2024)", qsr, quadratic_fields(),
      "Gu, Lyu, Arora, Huang, \"A Quadratic Synchronization Rule for Distributed Deep Learning\", ICLR 2024, "
      "arXiv:2310.14423");
}

}  // namespace gossamer
