#include "algorithms/decentralized/actc.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/public_copies.hpp"

namespace gossamer {

Task actc(Node& node, Actc settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  PublicCopies copies{node, settings.compressor.get(), x, settings.stability};
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    copies.publish(k, x - eta * co_await direction.at(x));
    x = co_await copies.receive();
    node.report(x);
  }
}

AlgorithmEntry actc_entry() {
  using enum Need::What;
  return algorithm<Actc>(
      "actc", "adapt, compress, combine, on directed graphs (Carpentiero et al. 2024)", actc,
      {step_size<Actc>(),
       compressor<Actc>(),
       {{"stability", &Actc::stability, above_up_to(0, 1), "ζ, the share of a difference that is believed"}},
       local_steps<Actc>()},
      "Carpentiero, Matta, Sayed, \"Distributed Adaptive Learning Under Communication Constraints\", "
      "IEEE Open Journal of Signal Processing 5, 2024, arXiv:2112.02129",
      {.cost = one_code, .vectors = 3, .sums = Stochasticity::rows, .needs = {{fixed}, {aperiodic}}});
}

}  // namespace gossamer
