#include "algorithms/d_psgd.hpp"

namespace gossamer {

Task d_psgd(Node& node, DPsgd settings) {
  using enum DPsgd::Form;
  const double eta = settings.step_size;
  Params x = node.initial_params();
  while (node.running()) {
    Params adapted = x;
    if (settings.form == atc) adapted = x - eta * co_await node.gradient(x);
    for (const NodeId j : node.out_neighbors()) node.send(j, adapted);
    Params g;
    if (settings.form == awc) g = co_await node.gradient(x);

    Combination combined = node.weight(node.id()) * adapted;
    for (const NodeId j : node.in_neighbors()) {
      const Params theirs = co_await node.receive(j);
      combined += node.weight(j) * (theirs ? theirs : adapted);
    }

    if (settings.form == awc) {
      x = combined - eta * g;
    } else {
      x = combined;
    }
    if (settings.form == cta) x = x - eta * co_await node.gradient(x);
    node.report(x);
  }
}

}  // namespace gossamer
