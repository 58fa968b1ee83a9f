#include "algorithms/families.hpp"

#include "algorithms/decentralized/ad_psgd.hpp"
#include "algorithms/decentralized/all_reduce_sgd.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/gossip.hpp"
#include "algorithms/decentralized/matcha.hpp"
#include "algorithms/decentralized/overlap_sgp.hpp"
#include "algorithms/decentralized/randomized_gossip.hpp"
#include "algorithms/decentralized/relay_sgd.hpp"
#include "algorithms/decentralized/sgp.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "algorithms/periodic/gossip_pga.hpp"
#include "algorithms/periodic/local_sgd.hpp"

namespace gossamer {

using enum Need::What;

std::vector<AlgorithmEntry> gossip_algorithms() {
  return {
      algorithm<Gossip>("gossip", "average with every neighbor, every round, without learning (Xiao, Boyd 2004)",
                        gossip, {},
                        "Xiao, Boyd, \"Fast linear iterations for distributed averaging\", Systems & Control Letters "
                        "53, 2004",
                        {.cost = "one payload to each neighbor",
                         .needs = {{aperiodic}},
                         .learns = false,
                         .counterparts = {{"step_size", "d_psgd"}, {"compressor", "choco_gossip"}}}),
      algorithm<RandomizedGossip>(
          "randomized_gossip", "average with one random neighbor at each tick of a clock (Boyd et al. 2006)",
          randomized_gossip, {},
          "Boyd, Ghosh, Prabhakar, Shah, \"Randomized gossip algorithms\", IEEE Transactions on Information Theory "
          "52(6), 2006",
          {.cost = "per tick: one payload each way",
           .synchronous = false,
           .sums = {},
           .needs = {{fixed}, {undirected}},
           .learns = false}),
  };
}

std::vector<AlgorithmEntry> neighbor_algorithms() {
  return {
      algorithm<DPsgd>(
          "d_psgd", "average with every neighbor, every round (Lian et al. 2017)", d_psgd,
          {step_size<DPsgd>(), form<DPsgd>(), local_steps<DPsgd>()},
          "Lian et al., \"Can Decentralized Algorithms Outperform Centralized Algorithms?\", NeurIPS 2017, "
          "arXiv:1705.09056",
          {.cost = one_payload,
           .needs = {{aperiodic}},
           .counterparts = {{"momentum", "dmsgd"}, {"compressor", "choco_sgd"}, {"global_period", "gossip_pga"}}}),
      algorithm<Matcha>("matcha", "D-PSGD on matchings drawn within a budget (Wang et al. 2019)", matcha,
                        {step_size<Matcha>(), local_steps<Matcha>(), local_momentum<Matcha>()},
                        "Wang, Sahu, Yang, Joshi, Kar, \"MATCHA: Speeding Up Decentralized SGD via Matching "
                        "Decomposition Sampling\", 2019, arXiv:1905.09435",
                        {.cost = "H gradients; one payload to each neighbor that is drawn", .topology = "matcha"}),
      algorithm<RelaySgd>(
          "relay_sgd", "relay sums of models through a tree: exact with one local step (Vogels et al. 2021)", relay_sgd,
          {step_size<RelaySgd>(),
           {{"divide_by", &RelaySgd::divide_by,
             choices<RelaySgd::Divisor>(
                 {{"received", RelaySgd::Divisor::received}, {"nodes", RelaySgd::Divisor::nodes}}),
             "the number of models in the sum, or of all nodes, of which those that have not come count "
             "as the node's first model"}},
           inexact_local_steps<RelaySgd>(),
           local_momentum<RelaySgd>()},
          "Vogels, He, Koloskova, Lin, Karimireddy, Stich, Jaggi, \"RelaySum for Decentralized Deep "
          "Learning on Heterogeneous Data\", NeurIPS 2021, arXiv:2110.04175",
          {.cost = "H gradients; one payload and a count to each neighbor, all different",
           .vectors_per_neighbor = 1,
           .keeps_mean = false,
           .exact = true,
           .sums = {},
           .needs = {{tree}}}),
  };
}

std::vector<AlgorithmEntry> pair_algorithms() {
  return {
      algorithm<AdPsgd>(
          "ad_psgd", "average with a random neighbor while the gradient is computed (Lian et al. 2018)", ad_psgd,
          {step_size<AdPsgd>(),
           momentum<AdPsgd>(),
           {{"protocol", &AdPsgd::protocol,
             choices<AdPsgd::Protocol>(
                 {{"everybody", AdPsgd::Protocol::everybody}, {"bipartite", AdPsgd::Protocol::bipartite}}),
             "who initiates averagings: every node, or, on a graph whose edges join even and odd nodes, the odd "
             "ones"}}},
          "Lian, Zhang, Zhang, Liu, \"Asynchronous Decentralized Parallel Stochastic Gradient Descent\", ICML "
          "2018, arXiv:1710.06952",
          {.cost = "per gradient: one payload each way",
           .synchronous = false,
           .sums = {},
           .needs = {{fixed}, {undirected}, {odd_even, where_is("protocol", {"bipartite"})}}}),
      algorithm<SwarmSgd>(
          "swarm_sgd", "local steps, then average with one random neighbor (Nadiradze et al. 2021)", swarm_sgd,
          {step_size<SwarmSgd>(),
           {{"local_steps", &SwarmSgd::local_steps, at_least(1), "steps H between two interactions"},
            {"variant", &SwarmSgd::variant,
             choices<SwarmSgd::Variant>({{"nb1", SwarmSgd::Variant::nb1},
                                         {"nb2", SwarmSgd::Variant::nb2},
                                         {"blocking", SwarmSgd::Variant::blocking},
                                         {"one_sided", SwarmSgd::Variant::one_sided}}),
             "non-blocking with the initiator's steps, non-blocking with both nodes' steps, blocking, or the authors' "
             "MPI code, in which the initiator alone changes"},
            {"steps", &SwarmSgd::steps,
             choices<SwarmSgd::Steps>({{"fixed", SwarmSgd::Steps::fixed},
                                       {"geometric", SwarmSgd::Steps::geometric},
                                       {"geometric_from_zero", SwarmSgd::Steps::geometric_from_zero}}),
             "H local steps each time, or a geometric number with mean H on 1, 2, … or on 0, 1, …"}},
           momentum<SwarmSgd>(),
           compressor<SwarmSgd>(Presence::optional),
           {Field<SwarmSgd>{"own_term", &SwarmSgd::own_term,
                            choices<SwarmSgd::OwnTerm>(
                                {{"exact", SwarmSgd::OwnTerm::exact}, {"quantized", SwarmSgd::OwnTerm::quantized}}),
                            "of an averaging of compressed models: the node's model, or what its own code says"}
                .read_if(where_is("variant", {"nb1", "nb2", "blocking"}))
                .read_if(where_compressed("compressor"))}},
          "Nadiradze et al., \"Asynchronous Decentralized SGD with Quantized and Local Updates\", NeurIPS 2021, "
          "arXiv:1910.12308",
          {.cost = "per interaction: H gradients; one payload or code each way",
           .synchronous = false,
           .sums = {},
           .needs = {{fixed}, {undirected, where_is("variant", {"nb1", "nb2", "blocking"})}}}),
  };
}

std::vector<AlgorithmEntry> push_sum_algorithms() {
  return {
      algorithm<OverlapSgp>(
          "overlap_sgp", "SGP whose messages may take some steps (Assran et al. 2019)", overlap_sgp,
          {step_size<OverlapSgp>(),
           {{"overlap", &OverlapSgp::overlap, at_least(1), "τ, steps that a message may take"}},
           local_steps<OverlapSgp>(),
           local_momentum<OverlapSgp>()},
          "Assran, Loizou, Ballas, Rabbat, \"Stochastic Gradient Push for Distributed Deep Learning\", ICML 2019, "
          "arXiv:1811.10792",
          {.cost = "every τ steps one payload and a weight to each neighbor",
           .vectors = 2,
           .sums = Stochasticity::columns,
           .needs = {{aperiodic}},
           .steps_per_averaging = {"overlap", "local_steps"}}),
      algorithm<Sgp>("sgp", "push-sum on directed graphs (Assran et al. 2019)", sgp,
                     {step_size<Sgp>(), local_steps<Sgp>(), local_momentum<Sgp>()},
                     "Assran, Loizou, Ballas, Rabbat, \"Stochastic Gradient Push for Distributed Deep Learning\", ICML "
                     "2019, arXiv:1811.10792",
                     {.cost = "H gradients; one payload and a weight to each neighbor",
                      .vectors = 2,
                      .sums = Stochasticity::columns,
                      .needs = {{aperiodic}}}),
  };
}

std::vector<AlgorithmEntry> all_reduce_algorithms() {
  return {
      algorithm<AllReduceSgd>(
          "all_reduce_sgd", "average all gradients, every step (Goyal et al. 2017)", all_reduce_sgd,
          {step_size<AllReduceSgd>(), momentum<AllReduceSgd>("heavy-ball momentum β")},
          "Goyal et al., \"Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour\", 2017, arXiv:1706.02677",
          {.cost = "one gradient; one all-reduce",
           .agrees = false,
           .all_reduces = true,
           .sums = {},
           .counterparts = {{"averaging_period", "local_sgd"}}}),
      algorithm<GossipPga>(
          "gossip_pga", "D-PSGD, and every so many rounds the mean of all models (Chen et al. 2021)", gossip_pga,
          {step_size<GossipPga>(),
           {{"global_period", &GossipPga::global_period, at_least(1), "rounds between two global averagings"}},
           local_steps<GossipPga>(),
           local_momentum<GossipPga>()},
          "Chen, Yuan, Zhang, Pan, Xu, Yin, \"Accelerating Gossip SGD with Periodic Global Averaging\", ICML 2021, "
          "arXiv:2105.09080",
          {.cost = "H gradients; one payload to each neighbor, or one all-reduce",
           .all_reduces = true,
           .steps_per_averaging = {"global_period", "local_steps"}}),
      algorithm<LocalSgd>(
          "local_sgd", "average all models every H steps (Stich 2019)", local_sgd,
          {step_size<LocalSgd>(),
           {{"averaging_period", &LocalSgd::averaging_period, at_least(1), "steps H between two averagings"}},
           momentum<LocalSgd>()},
          "Stich, \"Local SGD Converges Fast and Communicates Little\", ICLR 2019, arXiv:1805.09767",
          {.cost = "H gradients; one all-reduce",
           .all_reduces = true,
           .sums = {},
           .steps_per_averaging = {"averaging_period"}}),
  };
}

}  // namespace gossamer
