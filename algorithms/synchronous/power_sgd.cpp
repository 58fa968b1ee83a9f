#include "algorithms/synchronous/power_sgd.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include "algorithms/entry.hpp"
#include "sim/numerics/functions/choice.hpp"
#include "sim/numerics/functions/low_rank.hpp"

namespace gossamer {
namespace {

/// The average of gradients of low rank.
class LowRankMean {
 public:
  LowRankMean(Node& node, Index rank)
      : node_{node},
        places_{.matrices = matrices_of(node.layers()), .rank = rank},
        q_{node.apply(std::make_shared<const RandomFactors>(places_, node.common_draws(Purpose::mask, 0)), {})} {
    Index all = 0;
    for (const Layer& layer : node.layers()) all += layer.size();
    const auto bytes = [&](Index numbers) {
      return all == 0 ? node.payload()
                      : static_cast<Bytes>(std::ceil(static_cast<double>(node.payload()) *
                                                     (static_cast<double>(numbers) / static_cast<double>(all))));
    };
    left_bytes_ = bytes(all - places_.size() + places_.left_size());
    right_bytes_ = bytes(places_.right_size());
    std::vector<CoordinateRange> matrices;
    for (const MatrixPlace& m : places_.matrices) matrices.push_back({m.begin, m.begin + m.rows * m.columns});
    matrices_ = std::make_shared<const RangeChoice>(std::move(matrices));
  }

  Part<Params> of(Params g) {
    const Params m = e_ ? Params{g + e_} : g;
    const Encoded left{node_.apply(std::make_shared<const LeftFactors>(places_), {m, q_}), left_bytes_};
    const Params mean = co_await node_.all_reduce_mean(left, 0, 1);
    if (places_.matrices.empty()) co_return mean;
    const Params p = node_.apply(std::make_shared<const OrthonormalFactors>(places_), {mean});
    const Encoded right{node_.apply(std::make_shared<const RightFactors>(places_), {m, p}), right_bytes_};
    q_ = co_await node_.all_reduce_mean(right, 0, 2);
    const Params product = node_.apply(std::make_shared<const FactorProduct>(places_), {p, q_});
    e_ = node_.apply(matrices_, {m - product, 0.0 * m});
    co_return product;
  }

 private:
  Node& node_;
  FactorPlaces places_;
  Params q_;
  Params e_;  ///< zero outside of the matrices
  Bytes left_bytes_ = 0;
  Bytes right_bytes_ = 0;
  std::shared_ptr<const RangeChoice> matrices_;
};

}  // namespace

Task power_sgd(Node& node, PowerSgd settings) {
  LowRankMean mean{node, settings.rank};
  Sgd sgd{settings.sgd};
  Params x = node.initial_params();
  while (node.running()) {
    const double eta = settings.step_size.at(node.steps());
    const Params g = co_await node.gradient(x);
    x = sgd.step(x, eta, co_await mean.of(g));
    node.report(x);
  }
}

AlgorithmEntry power_sgd_entry() {
  return algorithm<PowerSgd>(
      "power_sgd", "average factors of low rank of the gradients, with error feedback (Vogels et al. 2019)", power_sgd,
      {step_size<PowerSgd>(), {{"rank", &PowerSgd::rank, at_least(1), "rank r of the factors"}}, sgd<PowerSgd>()},
      "Vogels, Karimireddy, Jaggi, \"PowerSGD: Practical Low-Rank Gradient Compression for Distributed Optimization\", "
      "NeurIPS 2019, arXiv:1905.13727",
      {.cost = "one gradient; two all-reduces of factors",
       .vectors = 3,
       .agrees = false,
       .all_reduces = true,
       .sums = {}});
}

}  // namespace gossamer
