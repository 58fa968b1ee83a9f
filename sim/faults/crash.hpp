#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/faults/outages.hpp"

/// Nodes that stop, join and leave.
namespace gossamer {

/// How the lengths of spans of time vary.
enum class SpanLaw : std::uint8_t { constant, exponential };

/// Nodes stop at a given time, or at random: a node that is up fails after an exponential time.
///
/// With mean times to failure M and down D, a node is down for a share D/(M + D) of the time in the long run.
struct Crash {
  std::vector<std::int64_t> nodes = {};  ///< which ones; all where empty
  std::optional<Seconds> at = {};        ///< ≥ 0
  std::optional<Seconds> mean_time_to_failure = {};
  Seconds downtime{1};  ///< > 0, (mean) time until the node is back
  SpanLaw downtime_law = SpanLaw::constant;
  Recovery recovery = Recovery::none;
};

/// Nodes join late and leave: by a list of sessions, node nodes[k] being there in [joins[k], leaves[k]); or at random,
/// with exponential lengths of sessions and absences.
struct Churn {
  enum class Start { stationary, present };

  std::vector<std::int64_t> nodes = {};  ///< with `session`, all where empty
  std::vector<double> joins = {};        ///< seconds
  std::vector<double> leaves = {};       ///< seconds
  std::optional<Seconds> session = {};   ///< mean
  std::optional<Seconds> absence = {};   ///< mean
  Start start = Start::stationary;       ///< who is there at time zero: a share session/(session + absence), or all
  Recovery recovery = Recovery::without_state;
};

/// Throw FaultError for nodes that are not there, and where not exactly one of the two ways is said, or not wholly.
std::unique_ptr<OutageSource> outages(Crash settings, NodeId nodes, std::uint64_t seed);
std::unique_ptr<OutageSource> outages(Churn settings, NodeId nodes, std::uint64_t seed);

}  // namespace gossamer
