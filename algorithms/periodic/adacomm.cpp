#include "algorithms/periodic/adacomm.hpp"

#include "algorithms/periodic/local_sgd_fields.hpp"

namespace gossamer {

Task adacomm(Node& node, AdaComm settings) {
  settings.base.averaging_period = period_by(settings.periods);
  return local_sgd(node, settings.base);
}

AlgorithmEntry adacomm_entry() {
  AlgorithmEntry entry = local_sgd_with_law<AdaComm>(
      "adacomm", "local SGD whose period falls with the loss, chosen at intervals of time (Wang, Joshi 2019)", adacomm,
      adacomm_fields(),
      "Wang, Joshi, \"Adaptive Communication Strategies to Achieve the Best Error-Runtime Trade-off in Local-Update "
      "SGD\", SysML 2019, arXiv:1810.08313");
  entry.synchronous = false;  // clocks choose periods
  entry.steps_alike = false;
  entry.decides_by_values = true;
  return entry;
}

}  // namespace gossamer
