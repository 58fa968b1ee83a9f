#include "algorithms/parts/push_sum.hpp"

#include <optional>

namespace gossamer {

void PushSum::push(std::uint64_t k) {
  constexpr Bytes weight_bytes = sizeof(double);
  const Neighborhood around = node_.neighborhood(k);
  Params given;
  double share = 0;
  for (const NodeId j : around.out()) {
    if (around.share(j) != share) given = (share = around.share(j)) * numerator_;
    node_.send(j, Encoded{given, node_.payload() + weight_bytes, share * weight_});
  }
  numerator_ = around.share(node_.id()) * numerator_;
  weight_ *= around.share(node_.id());
}

Part<Params> PushSum::pull(std::uint64_t k) {
  const Neighborhood around = node_.neighborhood(k);
  Combination sum = numerator_;
  for (const NodeId j : around.in()) {
    const std::optional<Encoded> theirs = co_await node_.receive_encoded(j);
    if (!theirs) continue;  // no message came
    sum += theirs->vector;
    weight_ += theirs->weight;
  }
  numerator_ = sum;
  co_return ratio();
}

}  // namespace gossamer
