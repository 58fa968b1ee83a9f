#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "sim/quantities.hpp"

namespace gossamer {

/// How a node comes back from an outage; the worse, the later.
enum class Recovery : std::uint8_t {
  with_state,     ///< its program goes on where it was
  without_state,  ///< its program starts anew, from its initial parameters
  none,           ///< it does not
};

/// A span of time, [from, until), in which a node neither computes nor receives.
struct Outage {
  static constexpr Seconds for_good{std::numeric_limits<double>::infinity()};

  Seconds from{0};
  Seconds until = for_good;
  Recovery recovery = Recovery::none;
};

/// Where outages come from. A pure function: whoever asks gets the same answers.
class OutageSource {
 public:
  virtual ~OutageSource() = default;

  /// How far somebody has come in a node's outages.
  struct Cursor {
    std::uint64_t count = 0;
    Seconds time{0};
  };
  /// The node's next outage, which begins after the last one has ended; empty where there is none.
  virtual std::optional<Outage> next(NodeId node, Cursor& cursor) const = 0;
};

using OutageSources = std::vector<std::unique_ptr<const OutageSource>>;

/// The outages of all nodes by all sources: a node is down while any of them says so, and comes back in the worst of
/// their ways. They are found out as far as somebody asks; an answer holds until the next question.
class Outages {
 public:
  /// The sources must outlive this.
  Outages(const OutageSources& sources, NodeId nodes);

  /// The node's outage number k, counted from 0; null beyond the last.
  const Outage* number(NodeId node, std::size_t k);

  /// The outage in which the node is at an instant; null where it is up.
  const Outage* at(NodeId node, Seconds time);

  /// The first outage that ends after an instant; null where there is none.
  const Outage* ending_after(NodeId node, Seconds time);

 private:
  struct Ahead {
    OutageSource::Cursor cursor;
    std::optional<Outage> next;
  };
  struct Known {
    std::vector<Ahead> ahead;  ///< by source; none before the first question
    std::vector<Outage> outages;
  };
  bool find_next(NodeId node, Known& known) const;
  void advance(NodeId node, Known& known, std::size_t source) const;

  const OutageSources& sources_;
  std::vector<Known> known_;
};

}  // namespace gossamer
