#include "algorithms/registry.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "algorithms/actc.hpp"
#include "algorithms/ad_psgd.hpp"
#include "algorithms/all_reduce_sgd.hpp"
#include "algorithms/choco_gossip.hpp"
#include "algorithms/choco_sgd.hpp"
#include "algorithms/d2.hpp"
#include "algorithms/d_psgd.hpp"
#include "algorithms/da_dmsgd.hpp"
#include "algorithms/dcd_psgd.hpp"
#include "algorithms/decentlam.hpp"
#include "algorithms/deep_squeeze.hpp"
#include "algorithms/dmsgd.hpp"
#include "algorithms/ecd_psgd.hpp"
#include "algorithms/exact_diffusion.hpp"
#include "algorithms/extra.hpp"
#include "algorithms/gossip.hpp"
#include "algorithms/gossip_pga.hpp"
#include "algorithms/gradient_tracking.hpp"
#include "algorithms/lead.hpp"
#include "algorithms/local_sgd.hpp"
#include "algorithms/matcha.hpp"
#include "algorithms/nids.hpp"
#include "algorithms/overlap_sgp.hpp"
#include "algorithms/qdgd.hpp"
#include "algorithms/qg_dmsgd.hpp"
#include "algorithms/randomized_gossip.hpp"
#include "algorithms/relay_sgd.hpp"
#include "algorithms/sgp.hpp"
#include "algorithms/swarm_sgd.hpp"

namespace gossamer {
namespace {

using enum Need::What;

/// What an algorithm promises and needs, beside its settings.
struct Facts {
  std::string cost;
  int vectors = 1;
  int vectors_per_neighbor = 0;
  bool synchronous = true;
  bool keeps_mean = true;
  bool agrees = true;
  bool all_reduces = false;
  bool exact = false;
  std::optional<Stochasticity> sums = Stochasticity::doubly;
  std::vector<Need> needs = {};
  std::string topology = {};
  bool learns = true;
  bool stochastic = true;
  std::vector<std::string> steps_per_averaging = {"local_steps"};
};

template <class S>
AlgorithmEntry algorithm(std::string name, std::string sentence, Task (*program)(Node&, S),
                         std::vector<std::vector<Field<S>>> fields, std::string source, Facts facts) {
  std::vector<Field<S>> all;
  for (auto& some : fields) std::move(some.begin(), some.end(), std::back_inserter(all));
  AlgorithmEntry result{entry<Program(), S>(
      std::move(name), std::move(sentence),
      [program](S settings) -> Program { return [=](Node& node) { return program(node, settings); }; }, std::move(all),
      std::move(source))};
  result.cost = std::move(facts.cost);
  result.vectors = facts.vectors;
  result.vectors_per_neighbor = facts.vectors_per_neighbor;
  result.synchronous = facts.synchronous;
  result.keeps_mean = facts.keeps_mean;
  result.agrees = facts.agrees;
  result.all_reduces = facts.all_reduces;
  result.exact = facts.exact;
  result.sums = facts.sums;
  result.needs = std::move(facts.needs);
  result.topology = std::move(facts.topology);
  result.learns = facts.learns;
  result.stochastic = facts.stochastic;
  result.steps_per_averaging = std::move(facts.steps_per_averaging);
  return result;
}

// Settings that many have.

template <class S>
std::vector<Field<S>> step_size() {
  return {{"step_size", &S::step_size, above(0), "step size η"}};
}
template <class S>
std::vector<Field<S>> momentum(std::string sentence = "heavy-ball momentum β, kept by each node") {
  return {{"momentum", &S::momentum, from_until(0, 1), std::move(sentence)}};
}
template <class S>
std::vector<Field<S>> consensus_step(Range range = above_up_to(0, 1)) {
  return {{"consensus_step", &S::consensus_step, range, "consensus step γ"}};
}
template <class S>
std::vector<Field<S>> local_steps() {
  return {
      {&S::local,
       {"local_steps", &LocalSteps::steps, at_least(1), "H, whose gradients' sum takes the place of the gradient"}}};
}
/// The same in a method that is exact without them.
template <class S>
std::vector<Field<S>> inexact_local_steps() {
  const Condition permitted{.setting = "inexact", .values = {Value{true}}};
  return {Field<S>{local_steps<S>().front()}.fixed_unless(
              permitted, "takes the method off the minimum: it is exact with one local step alone"),
          Field<S>{Setting{.name = "inexact",
                           .sentence = "true says that several local steps, which make the method inexact, are meant",
                           .type = Setting::Type::boolean}}};
}
template <class S>
std::vector<Field<S>> local_momentum() {
  return {{&S::local, {"momentum", &LocalSteps::momentum, from_until(0, 1), "momentum β, kept by each node"}},
          {&S::local, Field<LocalSteps>{"nesterov", &LocalSteps::nesterov, "whether the momentum looks ahead"}.read_if(
                          where_not("momentum", 0.0))}};
}
template <class S>
std::vector<Field<S>> compressor(Presence presence = required) {
  return {{"compressor", &S::compressor, "what travels in place of a vector", presence}};
}
template <class S>
std::vector<Field<S>> form() {
  return {{"form", &S::form,
           choices<DPsgd::Form>({{"awc", DPsgd::Form::awc}, {"atc", DPsgd::Form::atc}, {"cta", DPsgd::Form::cta}}),
           "adapt while combine, adapt then combine, combine then adapt"}};
}

/// A consensus step γ below 1 averages with (1 − γ) I + γ W, in which every node gives itself weight.
const Condition where_whole_step{.setting = "consensus_step", .values = {Value{1.0}}};

const std::string one_payload = "H gradients; one payload to each neighbor";
const std::string two_payloads = "H gradients; two payloads to each neighbor";
const std::string one_code = "H gradients; one code to each neighbor";

// The families, each in alphabetical order.

std::vector<AlgorithmEntry> gossip_algorithms() {
  return {
      algorithm<Gossip>("gossip", "average with every neighbor, every round, without learning (Xiao, Boyd 2004)",
                        gossip, {},
                        "Xiao, Boyd, \"Fast linear iterations for distributed averaging\", Systems & Control Letters "
                        "53, 2004",
                        {.cost = "one payload to each neighbor", .needs = {{aperiodic}}, .learns = false}),
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

std::vector<AlgorithmEntry> uncompressed_algorithms() {
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
      algorithm<AllReduceSgd>(
          "all_reduce_sgd", "average all gradients, every step (Goyal et al. 2017)", all_reduce_sgd,
          {step_size<AllReduceSgd>(), momentum<AllReduceSgd>("heavy-ball momentum β")},
          "Goyal et al., \"Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour\", 2017, arXiv:1706.02677",
          {.cost = "one gradient; one all-reduce", .agrees = false, .all_reduces = true, .sums = {}}),
      algorithm<DPsgd>(
          "d_psgd", "average with every neighbor, every round (Lian et al. 2017)", d_psgd,
          {step_size<DPsgd>(), form<DPsgd>(), local_steps<DPsgd>()},
          "Lian et al., \"Can Decentralized Algorithms Outperform Centralized Algorithms?\", NeurIPS 2017, "
          "arXiv:1705.09056",
          {.cost = one_payload, .needs = {{aperiodic}}}),
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
      algorithm<Matcha>("matcha", "D-PSGD on matchings drawn within a budget (Wang et al. 2019)", matcha,
                        {step_size<Matcha>(), local_steps<Matcha>(), local_momentum<Matcha>()},
                        "Wang, Sahu, Yang, Joshi, Kar, \"MATCHA: Speeding Up Decentralized SGD via Matching "
                        "Decomposition Sampling\", 2019, arXiv:1905.09435",
                        {.cost = "H gradients; one payload to each neighbor that is drawn", .topology = "matcha"}),
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
      algorithm<Sgp>("sgp", "push-sum on directed graphs (Assran et al. 2019)", sgp,
                     {step_size<Sgp>(), local_steps<Sgp>(), local_momentum<Sgp>()},
                     "Assran, Loizou, Ballas, Rabbat, \"Stochastic Gradient Push for Distributed Deep Learning\", ICML "
                     "2019, arXiv:1811.10792",
                     {.cost = "H gradients; one payload and a weight to each neighbor",
                      .vectors = 2,
                      .sums = Stochasticity::columns,
                      .needs = {{aperiodic}}}),
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

std::vector<AlgorithmEntry> momentum_algorithms() {
  return {
      algorithm<D2>(
          "d2", "exact with one local step, for heterogeneous data: differences of successive steps (Tang et al. 2018)",
          d2, {step_size<D2>(), inexact_local_steps<D2>()},
          "Tang, Lian, Yan, Zhang, Liu, \"D²: Decentralized Training over Decentralized Data\", ICML 2018, "
          "arXiv:1803.07068",
          {.cost = one_payload,
           .vectors = 2,
           .exact = true,
           .needs = {{fixed}, {symmetric}, {from_minus_a_third}},
           .stochastic = false}),
      algorithm<DaDmsgd>("da_dmsgd", "models and momenta are averaged alike (Yu et al. 2019)", da_dmsgd,
                         {step_size<DaDmsgd>(), momentum<DaDmsgd>("momentum β"), local_steps<DaDmsgd>()},
                         "Yu, Jin, Yang, \"On the Linear Speedup Analysis of Communication Efficient Momentum SGD for "
                         "Distributed Non-Convex Optimization\", ICML 2019, arXiv:1905.03817",
                         {.cost = two_payloads, .vectors = 2, .needs = {{aperiodic}}}),
      algorithm<DecentLam>(
          "decentlam", "momentum without amplified bias (Yuan et al. 2021)", decentlam,
          {step_size<DecentLam>(), momentum<DecentLam>("momentum β"), local_steps<DecentLam>()},
          "Yuan, Chen, Huang, Zhang, Pan, Xu, Yin, \"DecentLaM: Decentralized Momentum SGD for Large-batch "
          "Deep Training\", ICCV 2021, arXiv:2104.11981",
          {.cost = one_payload, .vectors = 2, .needs = {{fixed}, {symmetric}, {aperiodic}}}),
      algorithm<Dmsgd>("dmsgd", "D-PSGD along a momentum that each node keeps (Yuan et al. 2021)", dmsgd,
                       {step_size<Dmsgd>(), form<Dmsgd>(), local_momentum<Dmsgd>(), local_steps<Dmsgd>()},
                       "Yuan, Chen, Huang, Zhang, Pan, Xu, Yin, \"DecentLaM: Decentralized Momentum SGD for "
                       "Large-batch Deep Training\", ICCV 2021, arXiv:2104.11981",
                       {.cost = one_payload, .vectors = 2, .needs = {{aperiodic}}}),
      algorithm<QgDmsgd>(
          "qg_dmsgd", "quasi-global momentum, from successive averaged models (Lin et al. 2021)", qg_dmsgd,
          {step_size<QgDmsgd>(),
           momentum<QgDmsgd>("momentum β"),
           {Field<QgDmsgd>{"global_momentum", &QgDmsgd::global_momentum, from_until(0, 1),
                           "μ, how slowly the momentum follows"}
                .read_if(where_not("momentum", 0.0)),
            Field<QgDmsgd>{"nesterov", &QgDmsgd::nesterov, "whether the momentum looks ahead"}.read_if(
                where_not("momentum", 0.0))},
           local_steps<QgDmsgd>()},
          "Lin, Karimireddy, Stich, Jaggi, \"Quasi-Global Momentum: Accelerating Decentralized Deep Learning on "
          "Heterogeneous Data\", ICML 2021, arXiv:2102.04761",
          {.cost = one_payload, .vectors = 2, .needs = {{aperiodic}}}),
  };
}

std::vector<AlgorithmEntry> exact_algorithms() {
  using Tracking = GradientTracking;
  return {
      algorithm<ExactDiffusion>(
          "exact_diffusion", "adapt, correct, combine: exact with one local step (Yuan et al. 2019)", exact_diffusion,
          {step_size<ExactDiffusion>(), inexact_local_steps<ExactDiffusion>()},
          "Yuan, Ying, Zhao, Sayed, \"Exact Diffusion for Distributed Optimization and Learning, Part I: Algorithm "
          "Development\", IEEE Transactions on Signal Processing 67(3), 2019, arXiv:1702.05122",
          {.cost = one_payload, .vectors = 2, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false}),
      algorithm<Extra>(
          "extra", "D-PSGD that subtracts its bias: exact with one local step (Shi et al. 2015)", extra,
          {step_size<Extra>(), inexact_local_steps<Extra>()},
          "Shi, Ling, Wu, Yin, \"EXTRA: An Exact First-Order Algorithm for Decentralized Consensus "
          "Optimization\", SIAM Journal on Optimization 25(2), 2015, arXiv:1404.6264",
          {.cost = one_payload, .vectors = 4, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false}),
      algorithm<Tracking>(
          "gradient_tracking", "step along tracked means of the gradients: exact with one local step (Qu, Li 2018)",
          gradient_tracking,
          {step_size<Tracking>(),
           {{"form", &Tracking::form,
             choices<Tracking::Form>({{"atc", Tracking::Form::atc}, {"non_atc", Tracking::Form::non_atc}}),
             "adapt then combine both vectors, or step after combining; the latter needs smaller steps"}},
           inexact_local_steps<Tracking>()},
          "Qu, Li, \"Harnessing smoothness to accelerate distributed optimization\", IEEE Transactions on Control of "
          "Network Systems 5(3), 2018, arXiv:1605.07112",
          {.cost = two_payloads, .vectors = 3, .exact = true, .needs = {{aperiodic}}, .stochastic = false}),
      algorithm<Nids>(
          "nids", "exact with one local step, whose size does not depend on the network (Li et al. 2019)", nids,
          {step_size<Nids>(), inexact_local_steps<Nids>()},
          "Li, Shi, Yan, \"A Decentralized Proximal-Gradient Method With Network Independent Step-Sizes and "
          "Separated Convergence Rates\", IEEE Transactions on Signal Processing 67(17), 2019, "
          "arXiv:1704.07807",
          {.cost = one_payload, .vectors = 2, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false}),
  };
}

std::vector<AlgorithmEntry> compressed_algorithms() {
  using Order = ChocoSgd::Order;
  return {
      algorithm<Actc>(
          "actc", "adapt, compress, combine, on directed graphs (Carpentiero et al. 2024)", actc,
          {step_size<Actc>(),
           compressor<Actc>(),
           {{"stability", &Actc::stability, above_up_to(0, 1), "ζ, the share of a difference that is believed"}},
           local_steps<Actc>()},
          "Carpentiero, Matta, Sayed, \"Distributed Adaptive Learning Under Communication Constraints\", "
          "IEEE Open Journal of Signal Processing 5, 2024, arXiv:2112.02129",
          {.cost = one_code, .vectors = 3, .sums = Stochasticity::rows, .needs = {{fixed}, {aperiodic}}}),
      algorithm<ChocoGossip>("choco_gossip",
                             "average by compressed differences, without learning (Koloskova et al. 2019)",
                             choco_gossip, {consensus_step<ChocoGossip>(), compressor<ChocoGossip>()},
                             "Koloskova, Stich, Jaggi, \"Decentralized Stochastic Optimization and Gossip Algorithms "
                             "with Compressed Communication\", ICML 2019, arXiv:1902.00340",
                             {.cost = "one code to each neighbor",
                              .vectors = 3,
                              .needs = {{fixed}, {aperiodic, where_whole_step}},
                              .learns = false}),
      algorithm<ChocoSgd>(
          "choco_sgd", "D-PSGD by compressed differences to public copies (Koloskova et al. 2019)", choco_sgd,
          {step_size<ChocoSgd>(),
           compressor<ChocoSgd>(),
           consensus_step<ChocoSgd>(),
           {{"order", &ChocoSgd::order, choices<Order>({{"paper", Order::paper}, {"awc", Order::awc}}),
             "gradient, compress, mix; or gradient and mix, then compress, as the authors' code"}},
           local_steps<ChocoSgd>(),
           local_momentum<ChocoSgd>()},
          "Koloskova, Stich, Jaggi, \"Decentralized Stochastic Optimization and Gossip Algorithms with Compressed "
          "Communication\", ICML 2019, arXiv:1902.00340",
          {.cost = one_code, .vectors = 3, .needs = {{fixed}, {aperiodic, where_whole_step}}}),
      algorithm<DcdPsgd>(
          "dcd_psgd", "D-PSGD by compressed differences between rounds (Tang et al. 2018)", dcd_psgd,
          {step_size<DcdPsgd>(), compressor<DcdPsgd>(), local_steps<DcdPsgd>(), local_momentum<DcdPsgd>()},
          "Tang, Gan, Zhang, Zhang, Liu, \"Communication Compression for Decentralized Training\", "
          "NeurIPS 2018, arXiv:1803.06443",
          {.cost = one_code, .vectors = 2, .needs = {{fixed}, {aperiodic}}}),
      algorithm<DeepSqueeze>("deep_squeeze", "compressed models with error compensation (Tang et al. 2019)",
                             deep_squeeze,
                             {step_size<DeepSqueeze>(), compressor<DeepSqueeze>(), consensus_step<DeepSqueeze>(),
                              local_steps<DeepSqueeze>(), local_momentum<DeepSqueeze>()},
                             "Tang, Lian, Qiu, Yuan, Zhang, Zhang, Liu, \"DeepSqueeze: Decentralization Meets "
                             "Error-Compensated Compression\", 2019, arXiv:1907.07346",
                             {.cost = one_code, .vectors = 2, .needs = {{aperiodic, where_whole_step}}}),
      algorithm<EcdPsgd>("ecd_psgd", "D-PSGD by compressed extrapolations (Tang et al. 2018)", ecd_psgd,
                         {step_size<EcdPsgd>(), compressor<EcdPsgd>(), local_steps<EcdPsgd>()},
                         "Tang, Gan, Zhang, Zhang, Liu, \"Communication Compression for Decentralized Training\", "
                         "NeurIPS 2018, arXiv:1803.06443",
                         {.cost = one_code, .vectors = 2, .vectors_per_neighbor = 1, .needs = {{fixed}, {aperiodic}}}),
      algorithm<Lead>(
          "lead", "exact with one local step, and linear in spite of compression (Liu et al. 2021)", lead,
          {step_size<Lead>(),
           compressor<Lead>(),
           consensus_step<Lead>(above(0)),
           {{"reference_step", &Lead::reference_step, above_up_to(0, 1), "α, how fast references follow"}},
           inexact_local_steps<Lead>()},
          "Liu, Li, Wang, Tang, Yan, \"Linear Convergent Decentralized Optimization with Compression\", "
          "ICLR 2021, arXiv:2007.00232",
          {.cost = one_code, .vectors = 4, .exact = true, .needs = {{fixed}, {symmetric}}, .stochastic = false}),
      algorithm<Qdgd>("qdgd", "compressed models, with a second step size (Reisizadeh et al. 2019)", qdgd,
                      {step_size<Qdgd>(), compressor<Qdgd>(), consensus_step<Qdgd>(), local_steps<Qdgd>()},
                      "Reisizadeh, Mokhtari, Hassani, Pedarsani, \"An Exact Quantized Decentralized Gradient Descent "
                      "Algorithm\", IEEE Transactions on Signal Processing 67(19), 2019, arXiv:1806.11536",
                      {.cost = one_code, .needs = {{aperiodic, where_whole_step}}, .stochastic = false}),
  };
}

}  // namespace

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
      break;
  }
  return "a W without eigenvalues below -1/3";
}

bool AlgorithmEntry::always_needs(Need::What what) const {
  return std::any_of(needs.begin(), needs.end(), [&](const Need& need) { return need.what == what && !need.where; });
}

const std::vector<AlgorithmEntry>& algorithms() {
  static const std::vector<AlgorithmEntry> entries = [] {
    std::vector<AlgorithmEntry> all;
    for (auto& family : {gossip_algorithms(), uncompressed_algorithms(), momentum_algorithms(), exact_algorithms(),
                         compressed_algorithms()})
      all.insert(all.end(), family.begin(), family.end());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }();
  return entries;
}

}  // namespace gossamer
