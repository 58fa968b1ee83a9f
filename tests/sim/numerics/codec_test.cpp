#include "sim/numerics/codec.hpp"

#include <cmath>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>

#include "sim/numerics/executor.hpp"
#include "tests/codecs.hpp"

namespace gossamer {
namespace {

constexpr Index length = 301;

class NoGradient final : public Objective<double> {
 public:
  Index dimension() const override { return length; }
  void gradient(NodeId, std::uint64_t, const double*, double*, Workspace&) const override {}
};

Executor<double> executor(const Objective<double>& objective, int threads = 1, std::size_t window = 100) {
  return Executor<double>{{.objective = objective,
                           .initial_params =
                               [](NodeId node, double* x) {
                                 Draws draws{5, Purpose::initial_params, node};
                                 for (Index k = 0; k < length; ++k) x[k] = standard_normal(draws);
                               },
                           .common_initial_params = false,
                           .threads = threads,
                           .window = window}};
}

TEST_CASE("An encoded vector has the bytes that its codec writes, and decodes from them") {
  const NoGradient objective;
  auto plane = executor(objective);
  const testing::Positive codec;
  const Params x = plane.initial_params(0);
  const Params message = plane.encode(codec, x, {1, Purpose::encoding});
  const Params decoded = plane.decode(codec, message, {});
  const auto before = plane.values(x), after = plane.values(decoded);
  std::size_t positive = 0;
  for (std::size_t k = 0; k < before.size(); ++k) {
    CHECK(after[k] == std::max(before[k], 0.0));
    positive += before[k] > 0;
  }
  CHECK(plane.encoded_size(message) ==
        static_cast<Bytes>(positive * (sizeof(std::uint32_t) + sizeof(float))));  // as it is charged
}

TEST_CASE("A message that came as bytes is the same message") {
  const NoGradient objective;
  auto here = executor(objective), there = executor(objective);
  const testing::Positive codec;
  const Params message = here.encode(codec, here.initial_params(0), {1, Purpose::encoding});
  const auto bytes = here.encoded(message);
  const Params arrived = there.adopt_encoded(bytes);
  CHECK(there.values(there.decode(codec, arrived, {})) == here.values(here.decode(codec, message, {})));
}

TEST_CASE("Both sides make the same draws, and the receiver's vector is near where it is given") {
  // Rounding x + u to the grid and taking u off again, with the u of the message's address: without u of the same
  // address the decoded vector would be off by up to one spacing; modulo 8 spacings only a near vector resolves this.
  const NoGradient objective;
  auto plane = executor(objective);
  const testing::DitheredModulo codec{0.25, 8};
  const Draws address{3, Purpose::encoding, 2, 17};
  const Params x = plane.initial_params(0);
  const Params near = x + 0.1 * (plane.initial_params(1) - x);
  const auto decoded = plane.values(plane.decode(codec, plane.encode(codec, x, address), near));
  const auto exact = plane.values(x), reference = plane.values(near);
  for (std::size_t k = 0; k < exact.size(); ++k) {
    REQUIRE(std::abs(exact[k] - reference[k]) < 0.25 * (8 - 1) / 2.0);  // the condition of the codec
    CHECK(std::abs(decoded[k] - exact[k]) <= 0.125 + 1e-12);
  }
}

/// Nodes that send each other encoded models again and again.
std::vector<double> history(int threads, std::size_t window) {
  const NoGradient objective;
  auto plane = executor(objective, threads, window);
  const testing::Positive positive;
  const testing::DitheredModulo modulo{0.01, 1 << 20};
  std::vector<Params> x;
  for (NodeId i = 0; i < 6; ++i) x.push_back(plane.initial_params(i));
  for (std::uint64_t step = 0; step < 30; ++step) {
    const auto i = step % 6, j = (step * step + 1) % 6;
    const Draws draws{1, Purpose::encoding, static_cast<NodeId>(i), step};
    const Params message = plane.encode(modulo, x[i], draws);
    const Params theirs = plane.decode(modulo, message, x[j]);
    x[j] = x[j] + 0.5 * (theirs - x[j]);
    if (step % 4 == 0) x[i] = x[i] - 0.1 * plane.decode(positive, plane.encode(positive, x[j], draws), {});
    if (step % 7 == 0) x[j] = x[j] + 0.01 * plane.decode(modulo, message, x[i]);
  }
  std::vector<double> result;
  for (const Params& model : x) {
    const auto values = plane.values(model);
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

TEST_CASE("Encoded messages leave models the same bits for any number of threads and any window") {
  const auto expected = history(1, Executor<double>::default_window);
  for (const int threads : {1, 2, 3}) {
    for (const std::size_t window : {1U, 7U, 1000U}) {
      CAPTURE(threads);
      CAPTURE(window);
      CHECK(history(threads, window) == expected);
    }
  }
}

}  // namespace
}  // namespace gossamer
