#include "sim/faults/crash.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/faults/fault_error.hpp"
#include "sim/ground/random.hpp"

namespace gossamer {
namespace {

Seconds span(SpanLaw law, Seconds mean, Draws& draws) {
  return law == SpanLaw::constant ? mean : standard_exponential(draws) * mean;
}

/// The affected nodes: the listed ones, or all if none is listed.
class Membership {
 public:
  Membership(const std::vector<std::int64_t>& listed, NodeId nodes)
      : member_(static_cast<std::size_t>(nodes), listed.empty()) {
    for (const std::int64_t node : listed) {
      if (node >= nodes) throw FaultError{fmt::format("nodes: there is no node {}, the last is {}", node, nodes - 1)};
      member_[static_cast<std::size_t>(node)] = true;
    }
  }
  bool operator()(NodeId node) const { return member_[static_cast<std::size_t>(node)]; }

 private:
  std::vector<bool> member_;
};

class Crashes final : public OutageSource {
 public:
  Crashes(const Crash& settings, NodeId nodes, std::uint64_t seed)
      : settings_{settings}, member_{settings.nodes, nodes}, seed_{seed} {}

  std::optional<Outage> next(NodeId node, Cursor& cursor) const override {
    if (!member_(node) || cursor.time == Outage::forever || (settings_.at && cursor.count > 0)) return std::nullopt;
    Draws draws{seed_, Purpose::crash, node, cursor.count++};
    const Seconds from =
        settings_.at ? *settings_.at : cursor.time + span(SpanLaw::exponential, *settings_.mean_time_to_failure, draws);
    const bool forever = settings_.recovery == Recovery::none;
    cursor.time = forever ? Outage::forever : from + span(settings_.downtime_law, settings_.downtime, draws);
    return Outage{.from = from, .until = cursor.time, .recovery = settings_.recovery};
  }

 private:
  Crash settings_;
  Membership member_;
  std::uint64_t seed_;
};

class RandomChurn final : public OutageSource {
 public:
  RandomChurn(const Churn& settings, NodeId nodes, std::uint64_t seed)
      : settings_{settings}, member_{settings.nodes, nodes}, seed_{seed} {}

  /// Exponential spans have no memory, so a span in progress at time zero is as long as any other.
  std::optional<Outage> next(NodeId node, Cursor& cursor) const override {
    if (!member_(node)) return std::nullopt;
    Draws draws{seed_, Purpose::churn, node, cursor.count};
    const Seconds session = standard_exponential(draws) * *settings_.session;
    const Seconds absence = standard_exponential(draws) * *settings_.absence;
    const double share_absent = *settings_.absence / (*settings_.session + *settings_.absence);
    const bool begins_absent =
        cursor.count++ == 0 && settings_.start == Churn::Start::stationary && draws.uniform() < share_absent;
    const Seconds from = begins_absent ? Seconds{0} : cursor.time + session;
    cursor.time = from + absence;
    return Outage{.from = from, .until = cursor.time, .recovery = settings_.recovery};
  }

 private:
  Churn settings_;
  Membership member_;
  std::uint64_t seed_;
};

class GivenChurn final : public OutageSource {
 public:
  GivenChurn(const Churn& settings, NodeId nodes)
      : recovery_{settings.recovery}, absences_(static_cast<std::size_t>(nodes)) {
    for (std::size_t k = 0; k < settings.nodes.size(); ++k) add(settings, k);
  }

  std::optional<Outage> next(NodeId node, Cursor& cursor) const override {
    const auto& absences = absences_[static_cast<std::size_t>(node)];
    if (cursor.count < absences.size() && absences[cursor.count].until == Seconds{0})
      ++cursor.count;  // present at first
    if (cursor.count >= absences.size() || absences[cursor.count].from == Outage::forever) return std::nullopt;
    return absences[cursor.count++];
  }

 private:
  /// The last absence of a node lasts until the session after it, if there is one.
  void add(const Churn& settings, std::size_t k) {
    const Seconds joins{settings.joins[k]}, leaves{settings.leaves[k]};
    auto& absences = absences_[static_cast<std::size_t>(settings.nodes[k])];
    if (absences.empty()) absences.push_back({.from = Seconds{0}});
    const bool after_the_last = joins > absences.back().from || absences.size() == 1;
    if (!(joins < leaves) || !after_the_last)
      throw FaultError{fmt::format(
          "node {} joins at {} s and leaves at {} s: expected sessions that end after they begin, one after the other",
          settings.nodes[k], joins.count(), leaves.count())};
    absences.back().until = joins;
    absences.back().recovery = recovery_;
    absences.push_back({.from = leaves});
  }

  Recovery recovery_;
  std::vector<std::vector<Outage>> absences_;
};

}  // namespace

std::unique_ptr<OutageSource> outages(Crash settings, NodeId nodes, std::uint64_t seed) {
  if (settings.at.has_value() == settings.mean_time_to_failure.has_value())
    throw FaultError{"expected exactly one of \"at\" and \"mean_time_to_failure\""};
  return std::make_unique<Crashes>(settings, nodes, seed);
}

std::unique_ptr<OutageSource> outages(Churn settings, NodeId nodes, std::uint64_t seed) {
  const bool random = settings.session && settings.absence;
  const bool given = !settings.joins.empty();
  if (random == given || settings.session.has_value() != settings.absence.has_value())
    throw FaultError{"expected either \"session\" and \"absence\", or \"nodes\", \"joins\" and \"leaves\""};
  if (random) return std::make_unique<RandomChurn>(settings, nodes, seed);
  if (settings.nodes.size() != settings.joins.size() || settings.nodes.size() != settings.leaves.size())
    throw FaultError{fmt::format("{} nodes, {} joins and {} leaves: expected as many of each", settings.nodes.size(),
                                 settings.joins.size(), settings.leaves.size())};
  Membership{settings.nodes, nodes};
  return std::make_unique<GivenChurn>(settings, nodes);
}

}  // namespace gossamer
