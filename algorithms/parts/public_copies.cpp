#include "algorithms/parts/public_copies.hpp"

namespace gossamer {

void PublicCopies::publish(std::uint64_t k, const Params& x) {
  averaging_.emplace(node_, k, x - own_, codec_, Averaging::Of::differences);
  own_ = own_ + applied_fraction_ * averaging_->own();
}

Part<Params> PublicCopies::receive() {
  mixed_ = mixed_ + applied_fraction_ * co_await averaging_->sum();
  averaging_.reset();
  co_return mixed_;
}

}  // namespace gossamer
