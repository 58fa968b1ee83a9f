#pragma once
#include <optional>

#include "sim/faults/message_faults.hpp"
#include "sim/faults/outages.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// All that goes wrong in a run: a schedule that every world reads in the same way. What it means stands in
/// sim/faults/faults.md.
struct Faults {
  OutageSources outages = {};
  MessageFaults messages = {};
  /// After which time a node learns that what it waits for will not come; never where empty.
  std::optional<Seconds> detection = {};
};

}  // namespace gossamer
