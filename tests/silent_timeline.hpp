#pragma once
#include <cstdint>

#include "sim/world/timeline.hpp"

namespace gossamer::testing {

/// A timeline that ignores all events. Derived classes override those that they need.
class SilentTimeline : public Timeline {
 public:
  void sent(Seconds, const Message&) override {}
  void delivered(Seconds, std::uint32_t) override {}
  void lost(Seconds, std::uint32_t, MessageFate) override {}
  void gradient_started(Seconds, NodeId) override {}
  void gradient_ended(Seconds, NodeId) override {}
  void gave_up(Seconds, NodeId) override {}
  void waits(Seconds, NodeId, Wait, NodeId) override {}
  void proceeds(Seconds, NodeId) override {}
  void returned(Seconds, NodeId) override {}
  void went_down(Seconds, NodeId) override {}
  void came_back(Seconds, NodeId) override {}
  void lost_program(Seconds, NodeId) override {}
  void joined(Seconds, NodeId) override {}
  void all_reduce_began(Seconds, NodeId, Bytes) override {}
  void all_reduce_ended(Seconds, NodeId) override {}
  void over(Seconds) override {}
};

}  // namespace gossamer::testing
