#pragma once
#include <cstdint>
#include <optional>

#include "sim/faults/message_faults.hpp"
#include "sim/faults/outages.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The model from which a node starts if it has joined late or lost its state.
enum class RestartFrom : std::uint8_t {
  initial,   ///< its model at time zero
  neighbor,  ///< the model of a random neighbor that is up; it is sent as a message
};

/// All faults of a run: a schedule with the same meaning in every world. sim/faults/faults.md defines the meaning.
struct Faults {
  OutageSources outages = {};
  MessageFaults messages = {};
  /// Time after which a node is notified that a message it waits for will not arrive; if empty, never.
  std::optional<Seconds> detection = {};
  RestartFrom restart_from = RestartFrom::initial;
};

}  // namespace gossamer
