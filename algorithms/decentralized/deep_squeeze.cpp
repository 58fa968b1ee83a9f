#include "algorithms/decentralized/deep_squeeze.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/averaging.hpp"

namespace gossamer {

Task deep_squeeze(Node& node, DeepSqueeze settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Params error = 0.0 * x;
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    x = x - eta * co_await direction.at(x);
    const Params v = x + error;
    Averaging averaging{node, k, v, settings.compressor.get()};
    error = v - averaging.own();
    x = x + settings.consensus_step * (co_await averaging.sum() - averaging.own());
    node.report(x);
  }
}

AlgorithmEntry deep_squeeze_entry() {
  using enum Need::What;
  return algorithm<DeepSqueeze>("deep_squeeze", "compressed models with error compensation (Tang et al. 2019)",
                                deep_squeeze,
                                {step_size<DeepSqueeze>(), compressor<DeepSqueeze>(), consensus_step<DeepSqueeze>(),
                                 local_steps<DeepSqueeze>(), local_momentum<DeepSqueeze>()},
                                "Tang, Lian, Qiu, Yuan, Zhang, Zhang, Liu, \"DeepSqueeze: Decentralization Meets "
                                "Error-Compensated Compression\", 2019, arXiv:1907.07346",
                                {.cost = one_code, .vectors = 2, .needs = {{aperiodic, where_whole_step}}});
}

}  // namespace gossamer
