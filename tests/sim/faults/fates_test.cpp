#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "sim/faults/fates.hpp"
#include "sim/faults/fault_error.hpp"
#include "sim/faults/registry.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

constexpr Seconds flight{10e-3};
constexpr NodeId nodes = 4;

template <class... S>
MessageFaults all(S... settings) {
  MessageFaults result;
  (result.push_back(message_fault(std::move(settings), nodes, 1)), ...);
  return result;
}

/// The fates of messages from node 0 to node 1, one every `every`, each in flight for `flight`.
std::vector<Fates::Fate> fates_of(const MessageFaults& faults, std::size_t messages, Seconds every = 1s) {
  Fates fates{faults, 1};
  std::vector<Fates::Fate> result;
  for (std::size_t k = 0; k < messages; ++k) {
    const Seconds sent = static_cast<double>(k) * every;
    result.push_back(fates.of({.pair = 0, .from = 0, .to = 1, .sent = sent, .arrival = sent + flight}));
  }
  return result;
}

double share_lost(const std::vector<Fates::Fate>& fates) {
  double lost = 0;
  for (const auto& fate : fates) lost += fate.arrives ? 0 : 1;
  return lost / static_cast<double>(fates.size());
}

TEST_CASE("A fraction p of the messages is lost, or corrupted, independently of the message before") {
  constexpr std::size_t m = 40'000;
  constexpr double p = 0.1;
  const double error = std::sqrt(p * (1 - p) / m);  // a right law is off by four of them once in 16,000 seeds
  for (const auto& faults : {all(Loss{.probability = p}), all(Corruption{.probability = p})}) {
    const auto fates = fates_of(faults, m);
    CHECK(std::abs(share_lost(fates) - p) < 4 * error);
    double pairs = 0;
    for (std::size_t k = 1; k < m; ++k) pairs += !fates[k].arrives && !fates[k - 1].arrives ? 1 : 0;
    CHECK(std::abs(pairs / m - p * p) < 4 * std::sqrt(p * p * (1 + 2 * p - 3 * p * p) / m));  // neighbors share a draw
  }
  CHECK(share_lost(fates_of(all(Loss{.probability = 0}), m)) == 0);
  CHECK(share_lost(fates_of(all(Loss{.probability = 1}), m)) == 1);
}

TEST_CASE("Bursts lose a fraction π_b p_b + π_g p_g, and last 1/b messages") {
  constexpr std::size_t m = 200'000;
  constexpr double g = 0.02, b = 0.25, in_good = 0.01, in_bad = 0.6;
  const double bad = g / (g + b);
  const double expected = bad * in_bad + (1 - bad) * in_good;
  // The chain's states are correlated as r^k, r = 1 − g − b, so the variance of the share of bad ones is larger by
  // (1 + r)/(1 − r); given the states, losses are independent.
  const double r = 1 - g - b;
  const double states = bad * (1 - bad) * (1 + r) / (1 - r) * (in_bad - in_good) * (in_bad - in_good);
  const double draws = bad * in_bad * (1 - in_bad) + (1 - bad) * in_good * (1 - in_good);
  const BurstLoss settings{.good_to_bad = g, .bad_to_good = b, .loss_in_good = in_good, .loss_in_bad = in_bad};
  CHECK(std::abs(share_lost(fates_of(all(settings), m)) - expected) < 4 * std::sqrt((states + draws) / m));

  // If every message in a burst is lost and none outside, runs of losses are the bursts: geometric, mean 1/b.
  const auto fates = fates_of(all(BurstLoss{.good_to_bad = g, .bad_to_good = b}), m);
  double bursts = 0, lost = 0;
  for (std::size_t k = 1; k < m; ++k) {
    lost += fates[k].arrives ? 0 : 1;
    bursts += !fates[k].arrives && fates[k - 1].arrives ? 1 : 0;
  }
  CHECK(std::abs(lost / bursts - 1 / b) < 4 * std::sqrt((1 - b) / (b * b) / bursts));
}

TEST_CASE("A retransmitted message is late by a geometric number of timeouts, RTO p/(1 − p) in the mean") {
  constexpr std::size_t m = 40'000;
  constexpr double p = 0.3;
  constexpr Seconds timeout{50e-3};
  const auto fates = fates_of(all(Loss{.probability = p, .retransmit = timeout}), m);
  double late = 0, again = 0;
  for (std::size_t k = 0; k < m; ++k) {
    CHECK(fates[k].arrives);
    CHECK(fates[k].lost == fates[k].retransmitted);
    const double delay = (fates[k].at - Seconds{static_cast<double>(k)} - flight).count();
    CHECK(delay == doctest::Approx(fates[k].retransmitted * timeout.count()));  // sent so rarely that none waits
    late += delay;
    again += fates[k].retransmitted;
  }
  const double error = std::sqrt(p) / (1 - p) / std::sqrt(m);
  CHECK(std::abs(again / m - p / (1 - p)) < 4 * error);
  CHECK(late == doctest::Approx(again * timeout.count()));
}

TEST_CASE("The last attempt of a message is distinguished from earlier ones") {
  // Corrupted messages are sent again and lost ones are not, so the last attempt is never a corrupted one.
  const auto fates = fates_of(all(Corruption{.probability = 0.5, .retransmit = 50ms}, Loss{.probability = 0.5}), 1'000);
  for (const auto& fate : fates) {
    CHECK_FALSE(fate.broken);
    CHECK(fate.lost == 0);
    CHECK(fate.corrupted == fate.retransmitted);
  }
  // In the opposite case the last attempt arrives corrupted or intact.
  for (const auto& fate :
       fates_of(all(Loss{.probability = 0.5, .retransmit = 50ms}, Corruption{.probability = 0.5}), 1'000)) {
    CHECK(fate.arrives != fate.broken);
    CHECK(fate.corrupted == 0);
    CHECK(fate.lost == fate.retransmitted);
  }
}

TEST_CASE("No message overtakes another that is retransmitted") {
  const auto fates = fates_of(all(Loss{.probability = 0.3, .retransmit = 50ms}), 10'000, 1ms);
  for (std::size_t k = 1; k < fates.size(); ++k) CHECK(fates[k].at >= fates[k - 1].at);
}

TEST_CASE("A link that is down loses messages in flight in its interval, or holds them until it is back") {
  // Messages leave at 0, 4, 8, … ms and fly 10 ms; the link is down in [20, 40) ms.
  LinkDown down{.between = {1, 0}, .from = 20ms, .until = 40ms};
  const auto lost = fates_of(all(down), 20, 4ms);
  down.messages = LinkDown::Messages::held;
  const auto held = fates_of(all(down), 20, 4ms);
  for (std::size_t k = 0; k < 20; ++k) {
    const double sent = 4e-3 * static_cast<double>(k), arrival = sent + 10e-3;
    const bool hit = arrival >= 20e-3 && sent < 40e-3;
    CHECK(lost[k].arrives == !hit);
    CHECK(held[k].arrives);
    const double left = arrival - std::max(sent, 20e-3);
    CHECK(held[k].at.count() == doctest::Approx(hit ? std::max(40e-3 + left, held[k > 0 ? k - 1 : 0].at.count())
                                                    : std::max(arrival, held[k > 0 ? k - 1 : 0].at.count())));
  }
  CHECK(share_lost(fates_of(all(LinkDown{.between = {1, 2}, .from = 0s, .until = 9s}), 20)) == 0);
  CHECK(share_lost(fates_of(all(LinkDown{.node = 1, .from = 0s}), 20)) == 1);
}

TEST_CASE("A fault's draws do not depend on other faults, other pairs of nodes, or other blocks of its kind") {
  constexpr std::size_t m = 2'000;
  const BurstLoss burst{.good_to_bad = 0.1, .bad_to_good = 0.3, .loss_in_bad = 0.5};
  const auto alone = fates_of(all(burst), m);
  const auto beside = fates_of(all(Corruption{.probability = 0.2}, burst, Loss{.probability = 0.2}), m);
  const auto corruption = fates_of(all(Corruption{.probability = 0.2}), m);
  for (std::size_t k = 0; k < m; ++k) {
    if (!alone[k].arrives) CHECK_FALSE(beside[k].arrives);
    if (!corruption[k].arrives) CHECK(beside[k].broken);
  }
  CHECK(seed_of_repetition(7, 0) == 7);
  MessageFaults twice;
  for (const std::uint64_t k : {0U, 1U})
    twice.push_back(message_fault(Loss{.probability = 0.5}, nodes, seed_of_repetition(1, k)));
  CHECK(std::abs(share_lost(fates_of(twice, m)) - 0.75) < 4 * std::sqrt(0.75 * 0.25 / m));
}

TEST_CASE("Impossible faults of messages are refused") {
  CHECK_THROWS_WITH_AS(all(Loss{.probability = 1, .retransmit = 1s}),
                       "retransmit: a message that never arrives would be sent again for ever", FaultError);
  CHECK_THROWS_WITH_AS(all(LinkDown{}), "expected exactly one of \"between\" and \"node\"", FaultError);
  CHECK_THROWS_WITH_AS(all(LinkDown{.between = {1}}), "between: 1 nodes, expected two", FaultError);
  CHECK_THROWS_WITH_AS(all(LinkDown{.node = 4}), "there is no node 4, the last is 3", FaultError);
  CHECK_THROWS_WITH_AS(all(LinkDown{.node = 3, .from = 2s, .until = 1s}), "until: 1 s is not after from, 2 s",
                       FaultError);
  CHECK_THROWS_AS(all(LinkDown{.node = 3, .messages = LinkDown::Messages::held}), FaultError);
}

}  // namespace
}  // namespace gossamer
