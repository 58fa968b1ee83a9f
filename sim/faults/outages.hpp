#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The way in which a node comes back from an outage, in the order from best to worst.
enum class Recovery : std::uint8_t {
  with_state,     ///< its program continues
  without_state,  ///< its program starts again, from its initial parameters
  none,           ///< it does not come back
};

/// A span of time, [from, until), in which a node neither computes nor receives.
struct Outage {
  static constexpr Seconds forever{std::numeric_limits<double>::infinity()};

  Seconds from{0};
  Seconds until = forever;
  Recovery recovery = Recovery::none;
};

/// A source of outages. It is a pure function: all callers get the same outages.
class OutageSource {
 public:
  virtual ~OutageSource() = default;

  /// A caller's position in the outages of a node.
  struct Cursor {
    std::uint64_t count = 0;
    Seconds time{0};
  };
  /// The node's next outage, which begins after the last one has ended; empty if there is none.
  virtual std::optional<Outage> next(NodeId node, Cursor& cursor) const = 0;
};

using OutageSources = std::vector<std::unique_ptr<const OutageSource>>;

/// The outages of all nodes by all sources. A node is down while any source declares it down, and comes back in the
/// worst of their ways. Outages are computed when they are first requested; a returned pointer is valid until the next
/// call.
/// Cost    amortized O(number of sources) for each new outage; `at` and `ending_after` are O(log outages).
class Outages {
 public:
  /// The sources must outlive this object.
  Outages(const OutageSources& sources, NodeId nodes);

  /// The node's outage number k, counted from 0; null after the last.
  const Outage* number(NodeId node, std::size_t k);

  /// The node's outage at an instant; null if the node is up.
  const Outage* at(NodeId node, Seconds time);

  /// The first outage that ends after an instant; null if there is none.
  const Outage* ending_after(NodeId node, Seconds time);

 private:
  struct Upcoming {
    OutageSource::Cursor cursor;
    std::optional<Outage> next;
  };
  struct NodeOutages {
    std::vector<Upcoming> upcoming;  ///< by source; empty before the first call
    std::vector<Outage> outages;
  };
  bool find_next(NodeId node, NodeOutages& of_node) const;
  void advance(NodeId node, NodeOutages& of_node, std::size_t source) const;

  const OutageSources& sources_;
  std::vector<NodeOutages> by_node_;
};

}  // namespace gossamer
