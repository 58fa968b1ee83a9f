#pragma once
#include <algorithm>
#include <cstdint>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "sim/network/models/fair_sharing.hpp"
#include "sim/network/platforms/platform.hpp"
#include "tests/bench/roofs.hpp"
#include "tests/silent_timeline.hpp"

namespace gossamer::bench {

/// Records when the messages of a run begin and cease to flow over a platform, and allocates fair rates to the same
/// flows again, without events, clocks and programs.
class RecordedFlows final : public testing::SilentTimeline {
 public:
  explicit RecordedFlows(const Platform& platform) : platform_{platform} {}

  /// The roof of a max-min network, in messages per second: the fair rates alone, after every instant at which flows
  /// begin or end.
  double allocations() {
    std::sort(changes_.begin(), changes_.end());
    std::vector<double> capacities;
    for (const Platform::Link& link : platform_.links) capacities.push_back(link.bandwidth);
    return best_rate(static_cast<double>(routes_.size()), [&] {
      FairSharing sharing{capacities};
      std::vector<FairSharing::FlowId> flows(routes_.size());
      for (std::size_t k = 0; k < changes_.size(); ++k) {
        const auto& [at, begins, number] = changes_[k];
        if (begins)
          flows[number] = sharing.add(routes_[number], 1);
        else
          sharing.remove(flows[number]);
        if (k + 1 < changes_.size() && std::get<0>(changes_[k + 1]) == at) continue;
        sharing.solve();
        sharing.accept();
      }
      benchmark::DoNotOptimize(sharing.steps());
    });
  }

  void sent(Seconds now, const Message& message) override {
    Platform::Route route;
    platform_.route(message.from, message.to, route);
    flow_of_[message.number] = routes_.size();
    changes_.emplace_back(now + latency_of(platform_, route), true, routes_.size());
    routes_.push_back(route);
  }
  void delivered(Seconds now, std::uint32_t number) override { changes_.emplace_back(now, false, flow_of_.at(number)); }

 private:
  const Platform& platform_;
  std::vector<Platform::Route> routes_;  ///< of all messages
  std::unordered_map<std::uint32_t, std::size_t> flow_of_;
  std::vector<std::tuple<Seconds, bool, std::size_t>> changes_;  ///< time, whether a flow begins, its number
};

}  // namespace gossamer::bench
