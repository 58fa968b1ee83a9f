#include <chrono>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/ground/random.hpp"
#include "tests/bench/contention.hpp"
#include "tests/sim/network/simgrid/fluid_cluster.hpp"

/// The workloads of tests/bench/contention.hpp in SimGrid, for a comparison: see tests/bench/compare_with_simgrid.
namespace gossamer {
namespace {

namespace sg = simgrid::s4u;
using testing::FluidCluster;

double wall_time() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void connect_neighbors(FluidCluster& cluster, const Mixing& mixing) {
  for (NodeId i = 0; i < mixing.size(); ++i)
    for (const NodeId j : mixing.receivers(i)) cluster.connect(i, j);
  cluster.seal();
}

/// The results of a run: the wall time of the simulation alone, its virtual time, its messages.
enum Result { wall, virtual_time, messages, results };

/// One mailbox for each pair; a message starts when it is sent, whether or not it is waited for.
sg::Mailbox* mailbox(NodeId from, NodeId to, const char* direction = ">") {
  return sg::Mailbox::by_name(std::to_string(from) + direction + std::to_string(to));
}

void take_rounds(const bench::Contention& workload, const FluidCluster&, NodeId i, double& sent) {
  static char content = 0;
  const auto neighbors = workload.topology.mixing.neighbors(i);
  const auto bytes = static_cast<std::uint64_t>(workload.payload);
  for (const NodeId j : neighbors) mailbox(j, i)->set_receiver(sg::Actor::self());
  sg::this_actor::yield();
  for (std::uint64_t k = 0; k < bench::rounds; ++k) {
    for (const NodeId j : workload.topology.mixing.receivers(i)) {
      mailbox(i, j)->put_init(&content, bytes)->detach();
      ++sent;
    }
    sg::this_actor::sleep_for(workload.steps->duration(i, k, Seconds{sg::Engine::get_clock()}).count());
    for (const NodeId j : neighbors) mailbox(j, i)->get<char>();
  }
}

/// Computes, and draws the neighbor, by its place among all, of the node's interaction number k.
template <int local_steps>
std::size_t next_partner(const bench::Contention& workload, NodeId i, std::uint64_t k) {
  for (std::uint64_t h = 0; h < local_steps; ++h)
    sg::this_actor::sleep_for(
        workload.steps->duration(i, k * local_steps + h, Seconds{sg::Engine::get_clock()}).count());
  Draws draws{1, Purpose::neighbor, i, k};
  return static_cast<std::size_t>(draws.below(workload.topology.mixing.neighbors(i).size()));
}

/// From host to host, which is SimGrid's fastest way where few messages are under way: it keeps a list of these, which
/// it walks through for each that ends.
template <int local_steps, class Cluster>
void gossip(const bench::Contention& workload, const Cluster& cluster, NodeId i, double& sent) {
  const auto neighbors = workload.topology.mixing.neighbors(i);
  const auto bytes = static_cast<std::uint64_t>(workload.payload);
  for (std::uint64_t k = 0;; ++k) {
    sg::Host* const partner = cluster.host(neighbors[next_partner<local_steps>(workload, i, k)]);
    sg::Comm::sendto(cluster.host(i), partner, bytes);
    sg::Comm::sendto(partner, cluster.host(i), bytes);
    sent += 2;
  }
}

/// Answers one neighbor of a node at any time: it receives before the neighbor can ask again, so that the neighbor's
/// message starts at once.
void answer(sg::Mailbox* questions, sg::Mailbox* answers, std::uint64_t bytes) {
  static char content = 0;
  while (true) {
    questions->get<char>();
    answers->put(&content, bytes);
  }
}

/// The same with a mailbox for each pair of nodes, which holds at most one message, and with an answering actor for
/// each. This takes more actors, but no search through a mailbox.
template <int local_steps, class Cluster>
void gossip_in_mailboxes(const bench::Contention& workload, const Cluster& cluster, NodeId i, double& sent) {
  static char content = 0;
  const auto neighbors = workload.topology.mixing.neighbors(i);
  const auto bytes = static_cast<std::uint64_t>(workload.payload);
  std::vector<sg::Mailbox*> questions, answers;
  for (const NodeId j : neighbors) {
    questions.push_back(mailbox(i, j));
    answers.push_back(mailbox(i, j, "<"));
    sg::Actor::create("answers", cluster.host(i), answer, mailbox(j, i), mailbox(j, i, "<"), bytes)->daemonize();
  }
  for (std::uint64_t k = 0;; ++k) {
    const std::size_t partner = next_partner<local_steps>(workload, i, k);
    questions[partner]->put(&content, bytes);
    answers[partner]->get<char>();
    sent += 2;
  }
}

/// A platform with the routes between neighbors.
struct Connected : FluidCluster {
  explicit Connected(const bench::Contention& workload) : FluidCluster{workload.platform} {
    connect_neighbors(*this, workload.topology.mixing);
  }
};

/// Whether messages share the cards at both ends, or have a way of their own.
enum class Ways { links, cards };

/// Hosts around a star, whose routes SimGrid keeps per host: for as many nodes as it supports.
template <Ways ways>
class Star {
 public:
  explicit Star(const bench::Contention& workload) {
    sg::NetZone* const zone = sg::create_star_zone("star");
    for (NodeId i = 0; i < workload.platform.hosts; ++i) {
      const std::string name = std::to_string(i);
      hosts_.push_back(zone->create_host("host" + name, 1e9));
      const auto add_link = [&](const std::string& link, Seconds latency, sg::Link::SharingPolicy policy) {
        return zone->create_link(link, bench::link_bandwidth)
            ->set_latency(latency.count())
            ->set_sharing_policy(policy)
            ->seal();
      };
      const auto add_way = [&](auto* from, auto* to, std::vector<sg::LinkInRoute> way) {
        zone->add_route(from, to, nullptr, nullptr, way, false);
      };
      simgrid::kernel::routing::NetPoint *const host = hosts_.back()->get_netpoint(), *const any = nullptr;
      if (ways == Ways::links) {  // one that any number of messages pass at full speed: one for a message, not two
        add_way(host, any, {sg::LinkInRoute{add_link(name, bench::link_latency, sg::Link::SharingPolicy::FATPIPE)}});
        add_way(any, host, {});
      } else {
        const auto card = [&](const char* end) {
          return sg::LinkInRoute{add_link(name + end, bench::link_latency / 2, sg::Link::SharingPolicy::SHARED)};
        };
        add_way(host, any, {card("up")});
        add_way(any, host, {card("down")});
      }
    }
    zone->seal();
  }
  sg::Host* host(NodeId i) const { return hosts_[static_cast<std::size_t>(i)]; }

 private:
  std::vector<sg::Host*> hosts_;
};

template <class Cluster, class Program>
void measure(benchmark::State& state, const bench::Contention& workload, Program program, double until) {
  double interactions = 0;
  for (auto _ : state) {
    const auto result = testing::in_own_process(results, [&](std::vector<double>& measured) {
      sg::Engine engine = testing::fluid_engine();
      const Cluster cluster{workload};
      double sent = 0;
      for (NodeId i = 0; i < workload.platform.hosts; ++i)
        sg::Actor::create("node", cluster.host(i), [&, i] { program(workload, cluster, i, sent); });
      const double begin = wall_time();
      until > 0 ? engine.run_until(until) : engine.run();
      measured[wall] = wall_time() - begin;
      measured[virtual_time] = sg::Engine::get_clock();
      measured[messages] = sent;
      std::fflush(nullptr);
    });
    state.SetIterationTime(result[wall]);
    if (result[messages] < workload.least_messages) state.SkipWithError("too few messages");
    interactions += result[messages] / 2;
    state.counters["virtual_time_s"] = result[virtual_time];
  }
  state.counters["interactions"] = {interactions, benchmark::Counter::kIsRate};
}

void synchronous_round(benchmark::State& state) {
  measure<Connected>(state, bench::shared_cards(static_cast<NodeId>(state.range(0))), take_rounds, 0);
}
BENCHMARK(synchronous_round)->ArgName("n")->Arg(1'000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

void saturated_backbone(benchmark::State& state) {
  measure<Connected>(state, bench::saturated_backbone(static_cast<NodeId>(state.range(0))), gossip<1, Connected>,
                     bench::gossip_time.count());
}
BENCHMARK(saturated_backbone)->ArgName("n")->Arg(1'000)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

template <Ways ways>
void pair_gossip(benchmark::State& state) {
  const auto nodes = static_cast<NodeId>(state.range(0));
  const Seconds until = bench::pair_gossip_time(nodes);
  constexpr NodeId most_from_host_to_host = 10'000;
  const auto program = nodes > most_from_host_to_host ? gossip_in_mailboxes<2, Star<ways>> : gossip<2, Star<ways>>;
  measure<Star<ways>>(state, bench::pair_gossip(nodes, until), program, until.count());
}
void pair_gossip_links(benchmark::State& state) { pair_gossip<Ways::links>(state); }
void pair_gossip_cards(benchmark::State& state) { pair_gossip<Ways::cards>(state); }
BENCHMARK(pair_gossip_links)
    ->ArgName("n")
    ->RangeMultiplier(10)
    ->Range(1'000, 100'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(pair_gossip_cards)
    ->ArgName("n")
    ->RangeMultiplier(10)
    ->Range(1'000, 100'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gossamer
