#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/world.hpp"
#include "sim/faults/fates.hpp"
#include "sim/faults/faults.hpp"
#include "sim/faults/idle_outages.hpp"
#include "sim/faults/outages.hpp"
#include "sim/faults/paused_gradient.hpp"

namespace gossamer {

/// What a world keeps in mind of faults: nothing of it is there in a run without.
struct Simulation::World::FaultState {
  using What = FaultWhat;

  struct NodeState {
    bool down = false;
    bool dead = false;  ///< down for good
    bool started = false;
    bool returned = false;          ///< its program has: nothing will come from it any more
    bool answers = false;           ///< had a handler when it went down
    std::size_t outage = 0;         ///< number of the present one, or of the next
    Seconds down_since{0};          ///< or returned
    std::uint32_t incarnation = 0;  ///< programs that it has lost
    std::uint16_t questions = 0;    ///< exchanges and reads that it has started
    NodeId exchange_peer = 0;       ///< of the exchange under way
    bool awaits_state = false;      ///< a neighbor's model, to start from
    Params state;                   ///< what its program has started from, where it was a neighbor's
    PausedGradient gradient;        ///< the one under way
    bool joined = false;            ///< the all-reduce that gathers
    FaultCounters counters;
  };
  /// Of a mailbox.
  struct PairState {
    std::uint8_t missed = 0;     ///< places of missed models in it
    std::uint32_t outdated = 0;  ///< requests to come that belong to exchanges given up
  };
  struct Travel {
    enum class Stage : std::uint8_t { under_way, arrives, lost, corrupted };
    Seconds time{0};  ///< when it was sent; of what was lost, when its receiver may know
    Stage stage = Stage::under_way;
  };

  FaultState(const Faults& all, NodeId n, std::size_t mailboxes)
      : faults{all},
        outages{all.outages, n},
        fates{all.messages, mailboxes},
        nodes(static_cast<std::size_t>(n)),
        pairs(mailboxes),
        in(n),
        unfinished(n),
        idle_outages(n) {}

  PairState& pair(std::size_t mailbox) { return pairs[mailbox]; }
  NodeState& node(NodeId i) { return nodes[static_cast<std::size_t>(i)]; }
  Travel& travel(MessageId id) {
    if (id >= travels.size()) travels.resize(id + 1);
    return travels[id];
  }
  /// Whether everybody knows that nothing comes from the node, since it is down or has returned.
  bool is_detected(NodeId i, Seconds now) const {
    const NodeState& state = nodes[static_cast<std::size_t>(i)];
    return (state.down || state.returned) && faults.detection && now >= state.down_since + *faults.detection;
  }

  const Faults& faults;
  Outages outages;
  Fates fates;
  std::vector<NodeState> nodes;
  std::vector<PairState> pairs;  ///< by mailbox
  std::vector<Travel> travels;   ///< by message
  Program program;
  NodeId in;          ///< nodes that are neither out nor dead
  NodeId unfinished;  ///< nodes whose programs have not returned, and that are not dead
  NodeId down = 0;    ///< now
  bool anyone_answers = false;
  IdleOutages idle_outages;
};

}  // namespace gossamer
