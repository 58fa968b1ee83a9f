#include "algorithms/parts/gathered_codes.hpp"

#include <vector>

#include "sim/numerics/functions/mean_of_nonzero.hpp"

namespace gossamer {
namespace {

Combination scaled_sum(double factor, std::span<const Params> vectors) {
  Combination sum;
  for (const Params& vector : vectors) sum += factor * vector;
  return sum;
}

}  // namespace

Params GatheredCodes::decoded(const Encoded& message) {
  return codec_ ? node_.decode(codec_, message) : message.vector;
}

Part<Params> GatheredCodes::of(Params v) {
  const Encoded mine = codec_ ? node_.encode(codec_, v) : Encoded{v, node_.payload()};
  own_ = decoded(mine);
  const auto all = co_await node_.all_gather(mine);
  co_return all->common([this](std::span<const Received> messages) {
    std::vector<Params> vectors;
    for (const Received& message : messages) vectors.push_back(decoded(message.content));
    return reduction_(node_, vectors);
  });
}

Params mean_of(Node&, std::span<const Params> vectors) {
  return scaled_sum(1.0 / static_cast<double>(vectors.size()), vectors);
}

Params sum_of(Node&, std::span<const Params> vectors) { return scaled_sum(1, vectors); }

Params mean_over_senders(Node& node, std::span<const Params> vectors) {
  return node.apply(std::make_shared<const MeanOfNonzero>(), vectors);
}

}  // namespace gossamer
