#include "algorithms/periodic/fda.hpp"

#include "algorithms/entry.hpp"
#include "algorithms/parts/heavy_ball.hpp"

namespace gossamer {

Task fda(Node& node, Fda settings) {
  Params x = node.initial_params();
  HeavyBall momentum{settings.momentum};
  VarianceMonitor monitor{node, settings.monitor, x};
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = momentum.step(x, eta, g);
    if (co_await monitor.exceeds(x)) {
      x = co_await node.all_reduce_mean(x);
      co_await monitor.restart(x);
    }
    node.report(x);
  }
}

namespace {

std::vector<Field<Fda>> monitor() {
  using Settings = VarianceMonitor::Settings;
  using enum VarianceMonitor::Kind;
  const Choices<VarianceMonitor::Kind> kinds{
      {{"linear", linear}, {"naive", naive}, {"sketch", sketch}, {"exact", exact}, {"geometric", geometric}}};
  const auto sketched = where_is("monitor", {"sketch"});
  return {{&Fda::monitor,
           {"threshold", &Settings::threshold, at_least(0),
            "the variance (1/n) Σ ‖x_i − x̄‖² above which models are averaged"}},
          {&Fda::monitor,
           {"monitor", &Settings::kind, kinds,
            "how the variance is estimated: from norms and a projection; from norms; from norms and sketches; from the "
            "models; or by a test on every node"}},
          {&Fda::monitor,
           Field<Settings>{"sketch_rows", &Settings::sketch_rows, at_least(1), "rows l of a sketch"}.read_if(sketched)},
          {&Fda::monitor,
           Field<Settings>{"sketch_buckets", &Settings::sketch_buckets, at_least(1), "buckets m of a row"}.read_if(
               sketched)}};
}

}  // namespace

AlgorithmEntry fda_entry() {
  return algorithm<Fda>(
      "fda", "average all models when an estimate of their variance exceeds a threshold (Theologitis et al. 2025)", fda,
      {step_size<Fda>(), monitor(), momentum<Fda>()},
      "Theologitis, Frangias, Anestis, Samoladas, Deligiannakis, \"Communication-Efficient Distributed Deep Learning "
      "via "
      "Federated Dynamic Averaging\", EDBT 2025, arXiv:2405.20988",
      {.cost = "one gradient; an all-reduce of a few numbers, and one of a payload if they exceed the threshold",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .decides_by_values = true,
       .sums = {},
       .steps_per_averaging = {}});
}

}  // namespace gossamer
