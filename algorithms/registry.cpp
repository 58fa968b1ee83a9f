#include "algorithms/registry.hpp"

#include <algorithm>
#include <utility>

namespace gossamer {

using enum Need::What;

std::string_view name(Need::What what) {
  switch (what) {
    case fixed:
      return "a graph that is the same in every round";
    case undirected:
      return "an undirected graph";
    case symmetric:
      return "a symmetric W";
    case odd_even:
      return "a graph whose edges join nodes of odd and of even number";
    case tree:
      return "a tree";
    case aperiodic:
      return "a W whose powers converge";
    case from_minus_a_third:
      return "a W without eigenvalues below -1/3";
    case doubly_stochastic:
      return "a doubly stochastic W";
    case column_stochastic:
      break;
  }
  return "a column-stochastic W";
}

bool AlgorithmEntry::always_needs(Need::What what) const {
  return std::any_of(needs.begin(), needs.end(), [&](const Need& need) { return need.what == what && !need.where; });
}

namespace {

struct Family {
  std::string name;
  std::vector<AlgorithmEntry> entries;
};

}  // namespace

// The entry at the end of a program's source. It is declared here, so that an algorithm is named once.
#define ENTRY(name)                           \
  [] {                                        \
    extern AlgorithmEntry name##_entry(void); \
    return name##_entry();                    \
  }()

/// The families, each with its algorithms in alphabetical order.
static const std::vector<Family>& families() {
  static const std::vector<Family> all{
      {"with all neighbors, every round", {ENTRY(d_psgd), ENTRY(matcha), ENTRY(relay_sgd)}},
      {"with one neighbor at a time", {ENTRY(a2cid2), ENTRY(ad_psgd), ENTRY(swarm_sgd)}},
      {"push-sum, on directed graphs", {ENTRY(overlap_sgp), ENTRY(sgp)}},
      {"averages of all nodes",
       {ENTRY(all_reduce_sgd), ENTRY(cpsgd), ENTRY(des_loc), ENTRY(easgd), ENTRY(fda), ENTRY(gossip_pga),
        ENTRY(hierarchical_local_sgd), ENTRY(local_adam), ENTRY(local_sgd), ENTRY(sparta)}},
      {"averages of all nodes, with periods that change",
       {ENTRY(adacomm), ENTRY(adpsgd), ENTRY(post_local_sgd), ENTRY(qsr)}},
      {"averages of all nodes, in flight during steps", {ENTRY(cocod_sgd), ENTRY(overlap_local_sgd)}},
      {"outer optimizers",
       {ENTRY(bmuf), ENTRY(diloco), ENTRY(gasloc), ENTRY(muloco), ENTRY(noloco), ENTRY(pal_sgd), ENTRY(slowmo),
        ENTRY(streaming_diloco)}},
      {"momentum", {ENTRY(da_dmsgd), ENTRY(decentlam), ENTRY(dmsgd), ENTRY(qg_dmsgd)}},
      {"exact on heterogeneous data",
       {ENTRY(d2), ENTRY(exact_diffusion), ENTRY(extra), ENTRY(gradient_tracking), ENTRY(nids)}},
      {"exact with any number of local steps", {ENTRY(k_gt), ENTRY(led), ENTRY(proxskip)}},
      {"variance-reduced and shifted local steps",
       {ENTRY(local_svrg), ENTRY(minibatch_saga), ENTRY(s_local_svrg), ENTRY(s_star_local_sgd),
        ENTRY(s_star_local_sgd_star), ENTRY(ss_local_sgd)}},
      {"second-order", {ENTRY(adaptive_local_newton), ENTRY(giant), ENTRY(local_newton)}},
      {"with a server, in rounds",
       {ENTRY(fed_adagrad), ENTRY(fed_adam), ENTRY(fed_avg), ENTRY(fed_avgm), ENTRY(fed_opt), ENTRY(fed_prox),
        ENTRY(fed_yogi), ENTRY(scaffold), ENTRY(st_syn)}},
      {"with a server, without rounds",
       {ENTRY(adsaga), ENTRY(asgd), ENTRY(async_diloco), ENTRY(async_easgd), ENTRY(decoupled_diloco), ENTRY(iag),
        ENTRY(k_async), ENTRY(k_batch_async), ENTRY(k_batch_sync), ENTRY(k_sync), ENTRY(saga)}},
      {"compressed messages",
       {ENTRY(actc), ENTRY(beer), ENTRY(choco_gossip), ENTRY(choco_sgd), ENTRY(dcd_psgd), ENTRY(deep_squeeze),
        ENTRY(ecd_psgd), ENTRY(lead), ENTRY(qdgd)}},
      {"compressed averages of all nodes",
       {ENTRY(demo), ENTRY(ef_sign_sgd), ENTRY(power_sgd), ENTRY(qsgd), ENTRY(sign_sgd), ENTRY(sparse_loco),
        ENTRY(terngrad), ENTRY(top_k_sgd)}},
      {"averaging alone, without learning", {ENTRY(gossip), ENTRY(randomized_gossip)}}};
  return all;
}

const std::vector<std::string>& algorithm_families() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Family& family : families()) all.push_back(family.name);
    return all;
  }();
  return names;
}

const std::vector<AlgorithmEntry>& algorithms() {
  static const std::vector<AlgorithmEntry> entries = [] {
    std::vector<AlgorithmEntry> all;
    for (const Family& family : families()) {
      for (AlgorithmEntry entry : family.entries) {
        entry.family = family.name;
        all.push_back(std::move(entry));
      }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }();
  return entries;
}

}  // namespace gossamer
