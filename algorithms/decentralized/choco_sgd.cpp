#include "algorithms/decentralized/choco_sgd.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/public_copies.hpp"

namespace gossamer {
namespace {

Task in_paper_order(Node& node, ChocoSgd settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  PublicCopies copies{node, settings.compressor.get(), x};
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    x = x - eta * co_await direction.at(x);
    copies.publish(k, x);
    const Params mixed = co_await copies.receive();
    x = x + settings.consensus_step * (mixed - copies.own());
    node.report(x);
  }
}

Task in_code_order(Node& node, ChocoSgd settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  PublicCopies copies{node, settings.compressor.get(), x};
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await direction.at(x);
    if (k > 0) co_await copies.receive();
    x = x - eta * g + settings.consensus_step * (copies.mixed() - copies.own());
    copies.publish(k, x);
    node.report(x);
  }
}

}  // namespace

Task choco_sgd(Node& node, ChocoSgd settings) {
  return settings.order == ChocoSgd::Order::paper ? in_paper_order(node, settings) : in_code_order(node, settings);
}

AlgorithmEntry choco_sgd_entry() {
  using enum Need::What;
  using Order = ChocoSgd::Order;
  return algorithm<ChocoSgd>(
      "choco_sgd", "D-PSGD by compressed differences to public copies (Koloskova et al. 2019)", choco_sgd,
      {step_size<ChocoSgd>(),
       compressor<ChocoSgd>(),
       consensus_step<ChocoSgd>(),
       {{"order", &ChocoSgd::order, choices<Order>({{"paper", Order::paper}, {"awc", Order::awc}}),
         "gradient, compress, mix; or gradient and mix, then compress, as the authors' code"}},
       local_steps<ChocoSgd>(),
       local_momentum<ChocoSgd>()},
      "Koloskova, Stich, Jaggi, \"Decentralized Stochastic Optimization and Gossip Algorithms with Compressed "
      "Communication\", ICML 2019, arXiv:1902.00340",
      {.cost = one_code, .vectors = 3, .needs = {{fixed}, {aperiodic, where_whole_step}}});
}

}  // namespace gossamer
