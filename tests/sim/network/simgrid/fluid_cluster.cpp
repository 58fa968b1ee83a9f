#include "tests/sim/network/simgrid/fluid_cluster.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace gossamer::testing {

namespace sg = simgrid::s4u;

sg::Engine fluid_engine() {
  // All rates are computed anew at every event. The default, "Lazy", computes only the rates that it assumes
  // changed; if weights differ, flows may then exceed the capacity of a link. With a finer precision of rates SimGrid
  // takes rounding errors for capacity, and crashes.
  static std::vector<std::string> arguments{"reference",
                                            "--log=root.thres:critical",
                                            "--cfg=contexts/stack-size:32",  // room for many actors
                                            "--cfg=contexts/guard-size:0",
                                            "--cfg=network/model:CM02",
                                            "--cfg=network/optim:Full",
                                            "--cfg=network/TCP-gamma:0",
                                            "--cfg=network/latency-factor:1",
                                            "--cfg=network/bandwidth-factor:1",
                                            "--cfg=network/weight-S:0",
                                            "--cfg=network/crosstraffic:0",
                                            "--cfg=surf/precision:1e-12",
                                            "--cfg=maxmin/precision:1e-9"};
  static std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  static auto count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  return sg::Engine{&count, pointers.data()};
}

FluidCluster::FluidCluster(const Platform& platform) : platform_{platform}, zone_{sg::create_full_zone("platform")} {
  for (NodeId i = 0; i < platform.hosts; ++i) hosts_.push_back(zone_->create_host("host" + std::to_string(i), 1e9));
  for (const auto& link : platform.links)
    links_.push_back(zone_->create_link(link.name, link.bandwidth)->set_latency(link.latency.count())->seal());
}

void FluidCluster::connect(NodeId from, NodeId to) {
  if (!connected_.emplace(from, to).second) return;
  Platform::Route route;
  platform_.route(from, to, route);
  std::vector<sg::LinkInRoute> way;
  for (const LinkId l : route) way.emplace_back(links_[l]);
  zone_->add_route(host(from)->get_netpoint(), host(to)->get_netpoint(), nullptr, nullptr, way, false);
}

std::vector<double> in_own_process(std::size_t count, const std::function<void(std::vector<double>&)>& simulate) {
  std::array<int, 2> ends{};
  std::fflush(nullptr);
  if (pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error{"no process"};
  std::vector<double> times(count, -1);
  if (child == 0) {
    simulate(times);
    FILE* const out = fdopen(ends[1], "wb");
    const bool written = std::fwrite(times.data(), sizeof(double), count, out) == count && std::fclose(out) == 0;
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  FILE* const in = fdopen(ends[0], "rb");
  const std::size_t read = std::fread(times.data(), sizeof(double), count, in);
  std::fclose(in);
  int status = 0;
  waitpid(child, &status, 0);
  if (read != count || status != 0) throw std::runtime_error{"SimGrid has failed"};
  return times;
}

}  // namespace gossamer::testing
