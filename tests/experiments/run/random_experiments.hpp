#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/ground/random.hpp"

namespace gossamer::testing {

using Json = nlohmann::json;

/// Draws experiments. Their reader skips those that cannot be.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : draws_{seed, Purpose::noise} {}

  Json make(std::uint64_t seed) {
    const int n = integer(2, 7);  // a ring of two is refused, as other small graphs are
    const Json chosen = algorithm();
    Json file{{"seed", seed},
              {"numerics", chance(0.3) ? "off" : "float64"},
              {"topology", topology(n, chosen["kind"])},
              {"model", {{"kind", "quadratic"}, {"dimension", integer(1, 6)}}},
              {"algorithm", chosen},
              {"network", network()},
              {"compute", compute()},
              {"stop", Json::object()},
              {"faults", faults(n)}};
    const int stop = integer(0, 3);
    if (stop != 0) file["stop"]["node_steps"] = integer(1, 15);
    if (stop == 0 || stop == 2) file["stop"]["virtual_time"] = time(50, 500);
    if (stop == 3) file["stop"]["sent_bytes"] = fmt::format("{} B", integer(1, 3000));
    return file;
  }

 private:
  bool chance(double probability) { return draws_.uniform() < probability; }
  int integer(int least, int most) {
    return least + static_cast<int>(draws_.below(static_cast<std::uint64_t>(most - least + 1)));
  }
  double between(double least, double most) { return least + (most - least) * draws_.uniform(); }
  /// Mostly any time, and sometimes a whole number of steps, so that things happen at one instant.
  std::string time(double least_ms, double most_ms) {
    const double ms = between(least_ms, most_ms);
    return fmt::format("{:.3f} ms", chance(0.3) ? std::max(5.0, 5 * std::round(ms / 5)) : std::max(ms, 0.01));
  }
  template <class... Words>
  std::string one_of(Words... words) {
    const char* const all[] = {words...};
    return all[draws_.below(sizeof...(words))];
  }

  Json topology(int n, const std::string& algorithm) {
    const bool takes_any = algorithm == "sgp" || algorithm == "d_psgd";
    const bool directed = algorithm == "overlap_sgp" || (takes_any && chance(0.3));
    const bool tree = algorithm == "relay_sgd" || chance(0.3);
    const std::string kind = directed ? one_of("exponential", "one_peer_exponential")
                             : tree   ? one_of("path", "path", "star", "binary_tree")
                                      : one_of("ring", "ring", "complete", "torus");
    if (kind == "torus") return {{"kind", kind}, {"rows", 3}, {"columns", 3}};
    return {{"kind", kind}, {"nodes", n}};
  }

  Json algorithm() {
    const std::string kind = one_of("d_psgd", "d_psgd", "d_psgd", "ad_psgd", "ad_psgd", "swarm_sgd", "swarm_sgd",
                                    "swarm_sgd", "all_reduce_sgd", "local_sgd", "gossip", "randomized_gossip",
                                    "gossip_pga", "gradient_tracking", "sgp", "overlap_sgp", "relay_sgd", "choco_sgd",
                                    "dmsgd", "d2", "extra", "nids", "lead", "exact_diffusion", "deep_squeeze");
    Json result{{"kind", kind}};
    if (kind == "d_psgd") result["form"] = one_of("awc", "cta", "atc");
    if (kind == "swarm_sgd") {
      result["variant"] = one_of("nb1", "nb2", "blocking", "one_sided");
      result["local_steps"] = integer(1, 3);
    }
    if (kind == "local_sgd") result["averaging_period"] = integer(1, 3);
    if (kind == "gossip_pga") result["global_period"] = integer(1, 3);
    if (kind == "choco_sgd" || kind == "lead" || kind == "deep_squeeze")
      result["compressor"] = chance(0.5) ? Json{{"kind", "top_k"}, {"k", 1}} : Json{{"kind", "identity"}};
    return result;
  }

  Json network() {
    const std::string kind = one_of("alpha_beta", "alpha_beta", "nic", "piecewise", "max_min");
    Json result{{"kind", kind}};
    if (kind == "max_min") {
      result["platform"] = {{"kind", "star"}, {"bandwidth", "100 kB/s"}, {"latency", time(0.1, 10)}};
      result["connections"] = one_of("per_pair", "per_message");
      return result;
    }
    if (kind == "piecewise") return result;
    result["latency"] = time(0.1, 40);
    if (chance(0.5)) result["bandwidth"] = "20 kB/s";
    if (chance(0.3)) result["overhead"] = time(0.1, 2);
    if (chance(0.2)) result["collectives"] = "played";
    return result;
  }

  Json compute() {
    if (chance(0.5)) return {{"kind", "constant"}, {"step", time(1, 20)}};
    return {{"kind", "exponential"}, {"mean", time(1, 20)}};
  }

  Json nodes(int n) {
    Json result = Json::array();
    for (int i = 0; i < n; ++i)
      if (chance(0.5)) result.push_back(i);
    return result;
  }

  Json faults(int n) {
    Json result{{"kinds", Json::array()}};
    if (chance(0.7)) result["detection"] = time(0.5, 80);
    if (chance(0.6)) result["restart_from"] = one_of("initial", "neighbor");
    for (int k = integer(1, 4); k > 0; --k) result["kinds"].push_back(fault(n));
    return result;
  }

  Json fault(int n) {
    const std::string kind =
        one_of("crash", "crash", "crash", "churn", "loss", "burst_loss", "corruption", "link_down");
    Json result{{"kind", kind}};
    if (kind == "crash") {
      result["nodes"] = nodes(n);
      if (chance(0.5))
        result["at"] = time(0, 100);
      else
        result["mean_time_to_failure"] = time(10, 300);
      result["downtime"] = time(0.5, 60);
      result["downtime_law"] = one_of("constant", "exponential");
      result["recovery"] = one_of("without_state", "without_state", "with_state", "none");
    } else if (kind == "churn") {
      result["session"] = time(10, 300);
      result["absence"] = time(1, 100);
      result["start"] = one_of("stationary", "present");
      result["recovery"] = one_of("without_state", "with_state");
    } else if (kind == "link_down") {
      if (chance(0.5))
        result["node"] = integer(0, n - 1);
      else
        result["between"] = {0, 1};
      result["from"] = time(0, 100);
      result["until"] = fmt::format("{:.3f} ms", between(101, 300));
      result["messages"] = one_of("lost", "held");
    } else {
      if (kind != "burst_loss") result["probability"] = chance(0.2) ? 1.0 : between(0, 0.6);
      if (kind == "burst_loss") result["good_to_bad"] = between(0.05, 0.9);
      if (chance(0.4) && (kind == "burst_loss" || result["probability"] < 1)) result["retransmit"] = time(1, 60);
    }
    return result;
  }

  Draws draws_;
};

}  // namespace gossamer::testing
