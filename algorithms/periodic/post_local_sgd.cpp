#include "algorithms/periodic/post_local_sgd.hpp"

#include "algorithms/periodic/local_sgd_fields.hpp"

namespace gossamer {

Task post_local_sgd(Node& node, PostLocalSgd settings) {
  settings.base.averaging_period = period_by(settings.periods);
  return local_sgd(node, settings.base);
}

AlgorithmEntry post_local_sgd_entry() {
  return local_sgd_with_law<PostLocalSgd>(
      "post_local_sgd", "average every step at first, and every H steps later (Lin et al. 2020)", post_local_sgd,
      post_local_fields(),
      "Lin, Stich, Patel, Jaggi, \"Don't Use Large Mini-batches, Use Local SGD\", ICLR 2020, arXiv:1808.07217");
}

}  // namespace gossamer
