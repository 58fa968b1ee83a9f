#include "algorithms/decentralized/a2cid2.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "algorithms/entry.hpp"
#include "algorithms/parts/continuous_momentum.hpp"
#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {
namespace {

/// The time between a node's events, in units of one gradient.
class UnitClock {
 public:
  UnitClock(const Node& node, std::optional<Seconds> unit) : node_{node}, given_{unit} {}

  /// The time since the last call; 0 before the first gradient if the unit is measured.
  double elapsed() {
    const Seconds since = node_.now() - std::exchange(last_, node_.now());
    const Seconds unit = given_.value_or(measured_);
    return unit > Seconds{0} ? since / unit : 0;
  }
  /// Takes the duration of a gradient: the mean with that of all gradients before, as the authors' code does.
  void add(Seconds gradient) { measured_ = measured_ > Seconds{0} ? 0.5 * (measured_ + gradient) : gradient; }

 private:
  const Node& node_;
  std::optional<Seconds> given_;
  Seconds measured_{0};
  Seconds last_{0};
};

/// The number of exchanges that a node initiates during one gradient: products of uniform draws until exp(−mean).
int number_of_exchanges(Node& node, const A2cid2& settings) {
  if (node.neighbors().empty()) return 0;
  if (settings.law == A2cid2::Law::fixed) return static_cast<int>(settings.exchanges);
  Draws draws = node.draws(Purpose::exchanges);
  int number = 0;
  for (double product = draws.uniform(); product > std::exp(-settings.exchanges); product *= draws.uniform()) ++number;
  return number;
}

}  // namespace

Task a2cid2(Node& node, A2cid2 settings) {
  UnitClock clock{node, settings.time_unit};
  ContinuousMomentum model{node.initial_params(), settings.mixing_rate, settings.exchange_share};
  HeavyBall momentum{settings.momentum};
  node.on_exchange([&](const Params& theirs) {
    model.mix(clock.elapsed());
    const Params mine = model.x();
    model.exchange(mine, theirs);
    node.report(model.x());
    return mine;
  });
  while (node.running()) {
    model.mix(clock.elapsed());
    const Seconds start = node.now();
    const double eta = settings.step_size.at(node.steps());
    const Pending gradient = node.gradient(model.x());
    for (int left = number_of_exchanges(node, settings); left > 0; --left) {
      model.mix(clock.elapsed());
      const Encoded mine{model.x(), node.payload()};
      const std::optional<Encoded> theirs = co_await node.exchange(node.random_neighbor(), mine);
      if (!theirs) continue;
      model.mix(clock.elapsed());
      model.exchange(mine.vector, theirs->vector);
      node.report(model.x());
    }
    const Params g = co_await gradient;
    clock.add(node.now() - start);
    model.mix(clock.elapsed());
    model.step(eta, settings.momentum > 0 ? momentum.update(g) : g);
    node.report(model.x());
  }
  co_await node.all_done();  // the handler, which answers nodes that still run, lives in this frame
}

AlgorithmEntry a2cid2_entry() {
  using enum Need::What;
  using Law = A2cid2::Law;
  return algorithm<A2cid2>(
      "a2cid2", "asynchronous gossip, accelerated by continuous momentum (Nabli et al. 2023)", a2cid2,
      {step_size<A2cid2>(),
       {{"exchanges", &A2cid2::exchanges, at_least(0), "mean number of exchanges that a node initiates per gradient"},
        {"law", &A2cid2::law, choices<Law>({{"poisson", Law::poisson}, {"fixed", Law::fixed}}),
         "of this number: Poisson's, or always the same"},
        {"mixing_rate", &A2cid2::mixing_rate, at_least(0), "rate η_m at which model and momentum mix; 0 is AD-PSGD"},
        {"exchange_share", &A2cid2::exchange_share, above(0), "α̃, the share of a difference that momentum takes"},
        {"time_unit", &A2cid2::time_unit, above(0),
         "the unit of rates; if not given, the mean time of the node's gradients"}},
       momentum<A2cid2>()},
      "Nabli, Belilovsky, Oyallon, \"A²CiD²: Accelerating Asynchronous Communication in Decentralized Deep Learning\", "
      "NeurIPS 2023, arXiv:2306.08289",
      {.cost = "per gradient: some payloads each way",
       .vectors = 2,
       .synchronous = false,
       .keeps_mean = false,
       .sums = {},
       .needs = {{fixed}, {undirected}}});
}

}  // namespace gossamer
