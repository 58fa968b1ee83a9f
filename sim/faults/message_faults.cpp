#include "sim/faults/message_faults.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/faults/fault_error.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

using Outcome = MessageFault::Effect::Outcome;

/// The draws of an attempt. Each attempt has its own part of its message's stream, so that it does not change the draws
/// of others.
Draws draws_of(const MessageFault::Attempt& attempt, std::uint64_t seed, Purpose purpose, int uniforms_each) {
  const auto to = static_cast<std::uint64_t>(attempt.to);
  Draws draws{seed, purpose, attempt.from, to << 32 | attempt.message};
  for (std::uint32_t k = 0; k < attempt.number; ++k)
    for (int u = 0; u < uniforms_each; ++u) draws.uniform();
  return draws;
}

void refuse_endless_retransmission(bool always, const std::optional<Seconds>& retransmit) {
  if (always && retransmit) throw FaultError{"retransmit: a message that never arrives would be sent again for ever"};
}

/// Losses or corruptions that are independent of each other.
class Independent final : public MessageFault {
 public:
  Independent(double probability, std::optional<Seconds> again, Outcome outcome, Purpose purpose, std::uint64_t seed)
      : probability_{probability}, again_{again}, outcome_{outcome}, purpose_{purpose}, seed_{seed} {
    refuse_endless_retransmission(probability == 1, again);
  }

  Effect apply(const Attempt& attempt, std::uint8_t&) const override {
    const bool hit = draws_of(attempt, seed_, purpose_, 1).uniform() < probability_;
    return {.outcome = hit ? outcome_ : Outcome::arrives, .arrival = attempt.arrival};
  }
  std::optional<Seconds> retransmit() const override { return again_; }

 private:
  double probability_;
  std::optional<Seconds> again_;
  Outcome outcome_;
  Purpose purpose_;
  std::uint64_t seed_;
};

class GilbertElliott final : public MessageFault {
 public:
  GilbertElliott(const BurstLoss& settings, std::uint64_t seed) : settings_{settings}, seed_{seed} {
    refuse_endless_retransmission(settings.loss_in_good == 1 && settings.loss_in_bad == 1, settings.retransmit);
  }

  Effect apply(const Attempt& attempt, std::uint8_t& memory) const override {
    enum State : std::uint8_t { unknown, good, bad };
    Draws draws = draws_of(attempt, seed_, Purpose::burst_loss, 2);
    const double move = draws.uniform();
    const double in_bad = settings_.good_to_bad / (settings_.good_to_bad + settings_.bad_to_good);
    const double to_bad = memory == unknown ? in_bad
                          : memory == good  ? settings_.good_to_bad
                                            : 1 - settings_.bad_to_good;
    memory = move < to_bad ? bad : good;
    const double probability = memory == bad ? settings_.loss_in_bad : settings_.loss_in_good;
    return {.outcome = draws.uniform() < probability ? Outcome::lost : Outcome::arrives, .arrival = attempt.arrival};
  }
  std::optional<Seconds> retransmit() const override { return settings_.retransmit; }

 private:
  BurstLoss settings_;
  std::uint64_t seed_;
};

class DownLink final : public MessageFault {
 public:
  explicit DownLink(LinkDown settings) : settings_{std::move(settings)} {}

  Effect apply(const Attempt& attempt, std::uint8_t&) const override {
    const Seconds until = settings_.until.value_or(Seconds{std::numeric_limits<double>::infinity()});
    if (!concerns(attempt) || attempt.arrival < settings_.from || attempt.sent >= until)
      return {.outcome = Outcome::arrives, .arrival = attempt.arrival};
    if (settings_.messages == LinkDown::Messages::lost) return {.outcome = Outcome::lost, .arrival = attempt.arrival};
    const Seconds left = attempt.arrival - std::max(attempt.sent, settings_.from);
    return {.outcome = Outcome::arrives, .arrival = std::max(attempt.arrival, until + left)};
  }
  bool affects_requests() const override { return true; }

 private:
  bool concerns(const Attempt& attempt) const {
    if (settings_.node) return attempt.from == *settings_.node || attempt.to == *settings_.node;
    const auto ends = std::minmax(settings_.between[0], settings_.between[1]);
    return std::minmax<std::int64_t>(attempt.from, attempt.to) == ends;
  }

  LinkDown settings_;
};

void check_node(std::int64_t node, NodeId nodes) {
  if (node >= nodes) throw FaultError{fmt::format("there is no node {}, the last is {}", node, nodes - 1)};
}

}  // namespace

std::unique_ptr<MessageFault> message_fault(Loss settings, NodeId, std::uint64_t seed) {
  return std::make_unique<Independent>(settings.probability, settings.retransmit, Outcome::lost, Purpose::loss, seed);
}

std::unique_ptr<MessageFault> message_fault(BurstLoss settings, NodeId, std::uint64_t seed) {
  return std::make_unique<GilbertElliott>(settings, seed);
}

std::unique_ptr<MessageFault> message_fault(Corruption settings, NodeId, std::uint64_t seed) {
  return std::make_unique<Independent>(settings.probability, settings.retransmit, Outcome::corrupted,
                                       Purpose::corruption, seed);
}

std::unique_ptr<MessageFault> message_fault(LinkDown settings, NodeId nodes, std::uint64_t) {
  if (settings.node.has_value() == !settings.between.empty())
    throw FaultError{"expected exactly one of \"between\" and \"node\""};
  if (settings.node) check_node(*settings.node, nodes);
  if (!settings.node && settings.between.size() != 2)
    throw FaultError{fmt::format("between: {} nodes, expected two", settings.between.size())};
  for (const std::int64_t end : settings.between) check_node(end, nodes);
  if (settings.until && !(settings.from < *settings.until))
    throw FaultError{
        fmt::format("until: {} s is not after from, {} s", settings.until->count(), settings.from.count())};
  if (!settings.until && settings.messages == LinkDown::Messages::held)
    throw FaultError{"messages are held until the link is back: expected \"until\""};
  return std::make_unique<DownLink>(std::move(settings));
}

}  // namespace gossamer
