#pragma once
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include "sim/faults/fates.hpp"
#include "sim/faults/faults.hpp"
#include "sim/faults/outages.hpp"
#include "sim/faults/paused_gradient.hpp"
#include "sim/mpi/rank.hpp"

namespace gossamer {

/// What a rank keeps in mind of faults: nothing of it is there in a run without. Means the same as in virtual time.
struct Rank::FaultState {
  enum class What : std::uint8_t { outage_begins, outage_ends, no_answer, nothing_read, look };

  struct NodeState {
    bool down = false;
    bool started = false;
    bool answers = false;    ///< had a handler when it went down
    std::size_t outage = 0;  ///< number of the present one, or of the next
    Seconds down_since{0};
    std::uint32_t incarnation = 0;  ///< programs that it has lost
    std::uint32_t stale_jobs = 0;   ///< gradients of these that the worker still computes
    std::uint16_t questions = 0;    ///< exchanges and reads that it has started
    NodeId exchange_peer = 0;       ///< of the exchange under way
    bool awaits_state = false;      ///< a neighbor's model, to start from
    Params state;                   ///< what its program has started from, where it was a neighbor's
    PausedGradient gradient;        ///< the one under way
    FaultCounters counters;
  };
  /// Of a mailbox.
  struct PairState {
    std::uint8_t missed = 0;               ///< places of missed models in it
    std::uint32_t outdated = 0;            ///< requests to come that belong to exchanges given up
    std::optional<Seconds> returned = {};  ///< when it is known that the peer's program has
  };

  FaultState(const Faults& all, NodeId nodes_of_all, NodeId first_here, const std::deque<RankNode>& here)
      : faults{all}, outages{all.outages, nodes_of_all}, first{first_here}, nodes(here.size()) {
    for (const RankNode& node : here) pair_start.push_back(pair_start.back() + node.in_neighbors().size());
    pairs.resize(pair_start.back());
    fates.emplace(all.messages, pairs.size());
  }

  NodeState& node(NodeId i) { return nodes[static_cast<std::size_t>(i - first)]; }
  std::size_t pair_number(NodeId to, std::size_t neighbor) const {
    return pair_start[static_cast<std::size_t>(to - first)] + neighbor;
  }

  const Faults& faults;
  Outages outages;  ///< of all nodes
  NodeId first;     ///< node here
  std::vector<NodeState> nodes;
  std::vector<std::size_t> pair_start = {0};
  std::vector<PairState> pairs;
  std::optional<Fates> fates;
  Program program;
  bool anyone_answers = false;
  bool released = false;            ///< every node has finished
  std::size_t items = 0;            ///< on the agenda that are faults
  std::uint64_t outages_begun = 0;  ///< of all nodes here
  std::uint64_t steps_gone_on = 0;  ///< after an outage
};

}  // namespace gossamer
