#include "algorithms/parts/compressed_sgd.hpp"

#include "algorithms/parts/gathered_codes.hpp"

namespace gossamer {

Task compressed_sgd(Node& node, CompressedSgd settings) {
  GatheredCodes codes{node, settings.codec, mean_of};
  Sgd sgd{settings.sgd};
  Params x = node.initial_params();
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = sgd.step(x, eta, co_await codes.of(g));
    node.report(x);
  }
}

Task error_feedback_sgd(Node& node, CompressedSgd settings) {
  GatheredCodes codes{node, settings.codec, mean_of};
  Params x = node.initial_params();
  Params e;
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    const Params p = e ? Params{e + eta * g} : Params{eta * g};
    const Params mean = co_await codes.of(p);
    x = x - mean;
    e = p - codes.own();
    node.report(x);
  }
}

}  // namespace gossamer
