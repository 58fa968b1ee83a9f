#pragma once
#include <functional>
#include <utility>

#include "sim/node.hpp"

namespace gossamer::testing {

/// Node 0 keeps the model; all others send it a gradient whenever they have one, and get the model back. If given,
/// `sends` is called with a worker that sends a gradient, and `has` with one that has the next model.
inline Task parameter_server(Node& node, double step_size, std::function<void(NodeId)> sends = nullptr,
                             std::function<void(NodeId)> has = nullptr) {
  Params x = node.initial_params();
  if (node.id() == 0) {
    node.on_exchange([&x, &node, step_size](const Params& gradient) {
      x = x - step_size * gradient;
      node.report(x);
      return x;
    });
  } else {
    while (node.running()) {
      const Params g = co_await node.gradient(x);
      if (sends) sends(node.id());
      x = co_await node.exchange(0, g);
      if (has) has(node.id());
    }
  }
  co_await node.all_done();
}

}  // namespace gossamer::testing
