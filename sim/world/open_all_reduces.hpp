#pragma once
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/summary.hpp"

namespace gossamer {

/// The group and the content of an all-reduce. All-reduces of one kind follow each other in the order in which nodes
/// start them.
struct AllReduceKind {
  NodeId group = 0;    ///< number of consecutive nodes of a group; 0: all workers
  NodeId numbers = 0;  ///< how many numbers it averages; 0: a model

  bool operator==(const AllReduceKind&) const = default;
};

inline Bytes bytes_of(const AllReduceKind& kind, Bytes payload) {
  return kind.numbers > 0 ? kind.numbers * static_cast<Bytes>(sizeof(double)) : payload;
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

/// A contribution or a mean: a model or numbers.
struct AllReduced {
  Params model = {};
  std::vector<double> numbers = {};
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
