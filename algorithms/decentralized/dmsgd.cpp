#include "algorithms/decentralized/dmsgd.hpp"

namespace gossamer {

Task dmsgd(Node& node, Dmsgd settings) {
  return d_psgd(node, {.step_size = settings.step_size, .form = settings.form, .local = settings.local});
}

}  // namespace gossamer
