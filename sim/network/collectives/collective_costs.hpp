#pragma once
#include <functional>

#include "sim/network/collectives/collectives.hpp"

namespace gossamer {

/// The cost by formula if all links are alike, for a group of at least two nodes.
CollectiveCost cost_of(const CollectiveAlgorithm& algorithm, const MessageCosts& t, const Group& group, double size);

/// The longest chain of messages, where each message takes its own time and waits for no other message. Cost: O(n) for
/// the ring, O(n log n) for recursive doubling and Rabenseifner's algorithm, O(M log M) for M messages otherwise.
Seconds longest_chain(const CollectiveAlgorithm& algorithm, const PairCosts::Time& time, const Group& group,
                      double size);

/// The cost of collectives by formula, on links that may differ. Caches the last answer, since every node that joins
/// asks for it.
///
/// If links differ, the duration is the longest chain of messages. In a ring, which visits the nodes in the order of
/// their numbers, it is twice the way around minus the two shortest neighboring paths; or the time in which one node
/// sends all its pieces, if that node's card is slower. In recursive doubling and in Rabenseifner's algorithm it is
/// computed level by level. The time that messages queue for a parameter server is taken from the link between nodes 0
/// and 1.
class CollectiveCosts {
 public:
  enum class Links { alike, differ };
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size, Links links,
                      const std::function<PairCosts()>& times);

 private:
  const CollectiveAlgorithm* algorithm_ = nullptr;
  NodeId nodes_ = 0;
  Bytes size_ = -1;
  CollectiveCost cached_;
};

}  // namespace gossamer
