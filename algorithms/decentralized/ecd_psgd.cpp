#include "algorithms/decentralized/ecd_psgd.hpp"

#include <cstddef>
#include <optional>
#include <vector>

#include "algorithms/entry.hpp"

namespace gossamer {
namespace {

/// The estimates x̃_j of a node itself and of its neighbors. Each step returns their mean Σ_j w_ij x̃_j.
class Estimates {
 public:
  Estimates(Node& node, const Codec* codec) : node_{node}, codec_{codec}, neighborhood_{node.neighborhood(0)} {}

  /// Exchanges full models, once. The node's own model replaces a lost one. After a restart neighbors send codes here.
  Part<Params> start(const Params& x) {
    for (const NodeId j : neighborhood_.out()) node_.send(j, x);
    own_ = x;
    for (const NodeId j : neighborhood_.in()) {
      const std::optional<Encoded> received = co_await node_.receive_encoded(j);
      theirs_.push_back(received ? decoded(*received) : x);
    }
    co_return mean();
  }

  /// x̃ ← (1 − 2/t) x̃ + (2/t) Q(z). If z is lost, the estimate does not change.
  Part<Params> follow(const Params& z, double t) {
    const Encoded message = codec_ ? node_.encode(*codec_, z) : Encoded{z, node_.payload()};
    for (const NodeId j : neighborhood_.out()) node_.send(j, message);
    own_ = (1 - 2 / t) * own_ + (2 / t) * decoded(message);
    for (std::size_t k = 0; k < theirs_.size(); ++k) {
      const std::optional<Encoded> received = co_await node_.receive_encoded(neighborhood_.in()[k]);
      if (received) theirs_[k] = (1 - 2 / t) * theirs_[k] + (2 / t) * decoded(*received);
    }
    co_return mean();
  }

 private:
  Combination mean() const {
    Combination sum = neighborhood_.weight(node_.id()) * own_;
    for (std::size_t k = 0; k < theirs_.size(); ++k) sum += neighborhood_.weight(neighborhood_.in()[k]) * theirs_[k];
    return sum;
  }
  Params decoded(const Encoded& message) const { return codec_ ? node_.decode(*codec_, message) : message.vector; }

  Node& node_;
  const Codec* codec_;
  Neighborhood neighborhood_;
  Params own_;
  std::vector<Params> theirs_;
};

}  // namespace

Task ecd_psgd(Node& node, EcdPsgd settings) {
  Direction direction{node, settings.local, settings.step_size};
  Params x = node.initial_params();
  Estimates estimates{node, settings.compressor.get()};
  Params mean = co_await estimates.start(x);
  for (std::uint64_t k = 0; node.running(); ++k) {
    const double eta = settings.step_size.at(node.steps());
    const Params next = mean - eta * co_await direction.at(x);
    const double t = static_cast<double>(k + 1);
    mean = co_await estimates.follow((1 - t / 2) * x + (t / 2) * next, t);
    x = next;
    node.report(x);
  }
}

AlgorithmEntry ecd_psgd_entry() {
  using enum Need::What;
  return algorithm<EcdPsgd>(
      "ecd_psgd", "D-PSGD by compressed extrapolations (Tang et al. 2018)", ecd_psgd,
      {step_size<EcdPsgd>(), compressor<EcdPsgd>(), local_steps<EcdPsgd>()},
      "Tang, Gan, Zhang, Zhang, Liu, \"Communication Compression for Decentralized Training\", "
      "NeurIPS 2018, arXiv:1803.06443",
      {.cost = one_code, .vectors = 2, .vectors_per_neighbor = 1, .needs = {{fixed}, {aperiodic}}});
}

}  // namespace gossamer
