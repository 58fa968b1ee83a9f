#include "algorithms/decentralized/dmsgd.hpp"

#include "algorithms/entry.hpp"

namespace gossamer {

Task dmsgd(Node& node, Dmsgd settings) {
  return d_psgd(node, {.step_size = settings.step_size, .form = settings.form, .local = settings.local});
}

AlgorithmEntry dmsgd_entry() {
  using enum Need::What;
  return algorithm<Dmsgd>("dmsgd", "D-PSGD along a momentum that each node keeps (Yuan et al. 2021)", dmsgd,
                          {step_size<Dmsgd>(), form<Dmsgd>(), local_momentum<Dmsgd>(), local_steps<Dmsgd>()},
                          "Yuan, Chen, Huang, Zhang, Pan, Xu, Yin, \"DecentLaM: Decentralized Momentum SGD for "
                          "Large-batch Deep Training\", ICCV 2021, arXiv:2104.11981",
                          {.cost = one_payload, .vectors = 2, .needs = {{aperiodic}}});
}

}  // namespace gossamer
