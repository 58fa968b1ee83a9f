#include <doctest/doctest.h>

#include "sim/world/run_state.hpp"

namespace gossamer {
namespace {

TEST_CASE("Messages of a microsecond count in full, late in a run and beside a million others") {
  // All times are sums of powers of two, so that nothing but the sum could be rounded: it reaches 2⁵⁰ s, and doubles near
  // that are 1/4 s apart.
  constexpr Seconds late{0x1p30}, microsecond{0x1p-20};
  TransferTime transfer;
  for (int k = 0; k < 1 << 20; ++k) transfer.change(late, 1);
  for (int k = 0; k < 1000; ++k) {
    transfer.change(late, 1);
    transfer.change(late + microsecond, -1);
  }
  CHECK(transfer.until(late + microsecond).count() == (0x1p20 + 1000) * microsecond.count());
  TransferTime whole;
  whole += transfer;
  whole += transfer;
  CHECK(whole.until(late) == 2 * transfer.until(late));
}

}  // namespace
}  // namespace gossamer
