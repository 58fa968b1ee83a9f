#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/faults/outages.hpp"

/// Outages of nodes that stop, join and leave.
namespace gossamer {

/// The law of the lengths of time spans.
enum class SpanLaw : std::uint8_t { constant, exponential };

/// Nodes stop at a given time; or at random, where a node that is up fails after an exponential time.
///
/// With mean time to failure M and mean downtime D, a node is down for a fraction D/(M + D) of the time in the long
/// run. Each outage costs O(1); draws are addressed by (seed, crash, node, number of the outage).
struct Crash {
  std::vector<std::int64_t> nodes = {};  ///< the nodes that may stop; all if empty
  std::optional<Seconds> at = {};        ///< ≥ 0
  std::optional<Seconds> mean_time_to_failure = {};
  Seconds downtime{1};  ///< > 0, (mean) time until the node is back
  SpanLaw downtime_law = SpanLaw::constant;
  Recovery recovery = Recovery::none;
};

/// Nodes join late and leave: by a list of sessions, where node nodes[k] is present in [joins[k], leaves[k]) seconds;
/// or at random, with exponential lengths of sessions and absences. Draws are addressed by (seed, churn, node, number
/// of the absence).
struct Churn {
  enum class Start { stationary, present };

  std::vector<std::int64_t> nodes = {};  ///< with `session`: all if empty
  std::vector<double> joins = {};        ///< seconds
  std::vector<double> leaves = {};       ///< seconds
  std::optional<Seconds> session = {};   ///< mean
  std::optional<Seconds> absence = {};   ///< mean
  Start start = Start::stationary;       ///< nodes present at time zero: a fraction session/(session + absence), or all
  Recovery recovery = Recovery::without_state;
};

/// Both throw FaultError if a node does not exist. `Crash` throws it unless exactly one of `at` and
/// `mean_time_to_failure` is given. `Churn` throws it unless either both means or all three lists are given, with
/// sessions of one node that ascend and do not overlap.
std::unique_ptr<OutageSource> outages(Crash settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<OutageSource> outages(Churn settings, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
