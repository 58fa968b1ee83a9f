#pragma once
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include <simgrid/s4u.hpp>

#include "sim/network/platforms/platform.hpp"

/// SimGrid as the tests and benchmarks use it.
namespace gossamer::testing {

/// SimGrid with flows without protocol, where rates follow from bandwidths alone: its model CM02 with latency and
/// bandwidth factors of 1, no TCP window, weight-S 0, crosstraffic off, and all rates updated at every event
/// (network/optim:Full). One for each process.
simgrid::s4u::Engine fluid_engine();

/// A platform, with routes where they are needed.
class FluidCluster {
 public:
  explicit FluidCluster(const Platform& platform);

  /// Makes the route from one host to another known; after `seal` none can follow.
  void connect(NodeId from, NodeId to);
  void seal() { zone_->seal(); }

  simgrid::s4u::Host* host(NodeId i) const { return hosts_[static_cast<std::size_t>(i)]; }
  simgrid::s4u::Link* link(LinkId l) const { return links_[l]; }

 private:
  const Platform& platform_;
  simgrid::s4u::NetZone* zone_;
  std::vector<simgrid::s4u::Host*> hosts_;
  std::vector<simgrid::s4u::Link*> links_;
  std::set<std::pair<NodeId, NodeId>> connected_;
};

/// `count` numbers, −1 where `simulate` writes none. SimGrid runs once in a process, so each time it gets one of its
/// own.
std::vector<double> in_own_process(std::size_t count, const std::function<void(std::vector<double>&)>& simulate);

}  // namespace gossamer::testing
