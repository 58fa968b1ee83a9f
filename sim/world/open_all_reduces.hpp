#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/summary.hpp"

namespace gossamer {

class Gathered;

/// The group and the content of an all-reduce or of an all-gather. Those of one kind follow each other in the order in
/// which nodes start them.
struct AllReduceKind {
  NodeId group = 0;    ///< number of consecutive nodes of a group; 0: all workers
  NodeId numbers = 0;  ///< how many numbers it averages; 0: a vector
  Bytes size = -1;     ///< of the vector, or of a gathered message; −1: that of a model
  std::uint16_t stream = 0;
  bool gathers = false;  ///< an all-gather of messages

  bool operator==(const AllReduceKind&) const = default;
};

/// The size of the vector that is averaged, or of all `nodes` messages that are gathered.
inline Bytes bytes_of(const AllReduceKind& kind, Bytes payload, NodeId nodes) {
  if (kind.gathers) return nodes * kind.size;
  if (kind.numbers > 0) return kind.numbers * static_cast<Bytes>(sizeof(double));
  return kind.size < 0 ? payload : kind.size;
}

/// Consecutive nodes.
struct Members {
  NodeId first = 0;
  NodeId count = 0;
};
/// The group of a worker, see `Node::all_reduce_mean`.
inline Members members_of(NodeId node, NodeId group, NodeId workers) {
  if (group == 0) return {0, workers};
  const NodeId first = node / group * group;
  return {first, std::min(group, workers - first)};
}

/// A contribution, or its result: a mean, which is a vector or numbers; or gathered messages.
struct AllReduced {
  Params model = {};                 ///< of a contribution to an all-gather: the message's vector
  std::vector<double> numbers = {};  ///< the same: its number
  std::shared_ptr<const Gathered> gathered = {};
  Summary summary = {};  ///< gives the numbers of a contribution, if it has a function
};

/// The all-reduces that a node has started and whose means its program has not taken.
class OpenAllReduces {
 public:
  /// The ticket of a new one.
  NodeId open() {
    all_.push_back({.ticket = next_, .ready = false, .mean = {}});
    return next_++;
  }
  bool is_ready(NodeId ticket) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const One& one) { return one.ticket == ticket; });
    return found != all_.end() && found->ready;
  }
  /// Returns false if a program that is lost had started it.
  bool end(NodeId ticket, AllReduced mean) {
    const auto found = find(ticket);
    if (found == all_.end()) return false;
    found->ready = true;
    found->mean = std::move(mean);
    return true;
  }
  AllReduced take(NodeId ticket) {
    const auto found = find(ticket);
    AllReduced mean = std::move(found->mean);
    all_.erase(found);
    return mean;
  }
  /// The program is lost. Tickets of the next program differ from its tickets.
  void clear() { all_.clear(); }

 private:
  struct One {
    NodeId ticket = 0;
    bool ready = false;
    AllReduced mean;
  };
  std::vector<One>::iterator find(NodeId ticket) {
    return std::find_if(all_.begin(), all_.end(), [&](const One& one) { return one.ticket == ticket; });
  }

  std::vector<One> all_;
  NodeId next_ = 0;
};

}  // namespace gossamer
