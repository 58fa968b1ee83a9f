#include "algorithms/decentralized/matcha.hpp"

#include "algorithms/decentralized/d_psgd.hpp"

namespace gossamer {

Task matcha(Node& node, Matcha settings) {
  return d_psgd(node, {.step_size = settings.step_size, .form = DPsgd::Form::atc, .local = settings.local});
}

}  // namespace gossamer
