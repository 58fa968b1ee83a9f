#include "algorithms/decentralized/actc.hpp"

#include "algorithms/parts/public_copies.hpp"

namespace gossamer {

Task actc(Node& node, Actc settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  PublicCopies copies{node, settings.compressor.get(), x, settings.stability};
  for (std::uint64_t k = 0; node.running(); ++k) {
    copies.publish(k, x - settings.step_size * co_await direction.at(x));
    x = co_await copies.hear();
    node.report(x);
  }
}

}  // namespace gossamer
