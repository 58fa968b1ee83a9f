#include "algorithms/periodic/adpsgd.hpp"

#include "algorithms/periodic/local_sgd_fields.hpp"

namespace gossamer {

Task adpsgd(Node& node, Adpsgd settings) {
  settings.base.averaging_period = period_by(settings.periods);
  return local_sgd(node, settings.base);
}

AlgorithmEntry adpsgd_entry() {
  return local_sgd_with_law<Adpsgd>(
      "adpsgd", "average more rarely as the variance of the models allows (Jiang, Agrawal 2020)", adpsgd,
      adaptive_fields(),
      "Jiang, Agrawal, \"Adaptive Periodic Averaging: A Practical Approach to Reducing Communication in "
      "Distributed Learning\", 2020, arXiv:2007.06134");
}

}  // namespace gossamer
