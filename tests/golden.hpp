#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "algorithms/decentralized/actc.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/d_psgd.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"
#include "algorithms/decentralized/swarm_sgd.hpp"
#include "tests/codecs.hpp"
#include "tests/formulas.hpp"

/// One small instance on which every algorithm's iterates are known to 15 digits, from an independent implementation in
/// matrix form: five nodes on a ring, w = 1/3 each, f_i(x) = a_i x²/2 − b_i x, η = 0.1, x = 0 at first.
namespace gossamer::testing::golden {

inline constexpr NodeId nodes = 5;
inline constexpr double step_size = 0.1;

inline DiagonalQuadratics objective() {
  Eigen::MatrixXd a(1, nodes);
  Eigen::MatrixXd b(1, nodes);
  a << 1, 2, 3, 4, 5;
  b << 1, -1, 2, 0, 3;
  return {a, b};
}

inline constexpr double momentum = 0.8;      ///< β, and the μ of quasi-global momentum
inline constexpr std::uint64_t limit = 600;  ///< rounds after which nothing moves any more
inline constexpr double third = 1.0 / 3;     ///< the minimum of Σ f_i

/// Q(v) = v/2, which is contractive, deterministic, and zero for zero alone.
inline std::shared_ptr<const Codec> half() { return std::make_shared<Scaling>(0.5); }

/// The models of all nodes after some rounds on the ring; decimals are rounded at the fifteenth place.
struct Iterates {
  std::string name;
  Program program;
  std::uint64_t rounds;
  std::vector<double> models;
};
inline const std::vector<Iterates> iterates{
    {"D-PSGD, AWC", [](Node& node) { return d_psgd(node, {.step_size = step_size}); }, 1, {0.1, -0.1, 0.2, 0, 0.3}},
    {"D-PSGD, AWC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size}); },
     2,
     {0.19, -0.013333333333333, 0.173333333333333, 0.166666666666667, 0.283333333333333}},
    {"D-PSGD, AWC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size}); },
     10,
     {0.379576957128776, 0.155816953790103, 0.338956652438917, 0.239074421248539, 0.430639349567571}},
    {"D-PSGD, AWC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size}); },
     limit,
     {0.397647124418053, 0.172967020713111, 0.352067129436035, 0.248027654651390, 0.441621365448412}},
    {"D-PSGD, ATC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::atc}); },
     1,
     {0.1, 0.066666666666667, 0.033333333333333, 0.166666666666667, 0.133333333333333}},
    {"D-PSGD, ATC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::atc}); },
     2,
     {0.17, 0.122222222222222, 0.092222222222222, 0.23, 0.218888888888889}},
    {"D-PSGD, ATC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::atc}); },
     10,
     {0.337087106420529, 0.297677718156963, 0.233907935606112, 0.348991121585051, 0.361695598374489}},
    {"D-PSGD, ATC",
     [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::atc}); },
     limit,
     {0.350380224931290, 0.312307147554251, 0.245333603115990, 0.357369281872292, 0.371905508624614}},
    {"D-PSGD, CTA",
     [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::cta}); },
     10,
     {0.398760469451212, 0.133625645936778, 0.360647039082899, 0.207451121798659, 0.478875203873596}},
    {"D-PSGD, CTA",
     [](Node& node) { return d_psgd(node, {.step_size = step_size, .form = DPsgd::Form::cta}); },
     limit,
     {0.415342202438161, 0.149845718043401, 0.371733522181193, 0.214421569123375, 0.485952754312307}},
    {"DmSGD, ATC",
     [](Node& node) { return dmsgd(node, {.step_size = step_size, .local = {.momentum = momentum}}); },
     2,
     {0.25, 0.175555555555556, 0.118888888888889, 0.363333333333333, 0.325555555555556}},
    {"DmSGD, ATC",
     [](Node& node) { return dmsgd(node, {.step_size = step_size, .local = {.momentum = momentum}}); },
     10,
     {0.304133734832702, 0.301533981840954, -0.038790680572845, 0.355475950564496, 0.311546571144168}},
    {"DmSGD, ATC",
     [](Node& node) { return dmsgd(node, {.step_size = step_size, .local = {.momentum = momentum}}); },
     limit,
     {0.372795969773300, 0.394626364399664, 0.005037783375315, 0.482367758186398, 0.378673383711167}},
    {"DmSGD, AWC",
     [](Node& node) {
       return dmsgd(node, {.step_size = step_size, .form = DPsgd::Form::awc, .local = {.momentum = momentum}});
     },
     2,
     {0.27, -0.093333333333333, 0.333333333333333, 0.166666666666667, 0.523333333333333}},
    {"DmSGD, AWC",
     [](Node& node) {
       return dmsgd(node, {.step_size = step_size, .form = DPsgd::Form::awc, .local = {.momentum = momentum}});
     },
     10,
     {0.520197786951181, -0.140466861166885, 0.401507251845349, 0.071303524219428, 0.501807561542941}},
    {"DmSGD, AWC",
     [](Node& node) {
       return dmsgd(node, {.step_size = step_size, .form = DPsgd::Form::awc, .local = {.momentum = momentum}});
     },
     limit,
     {0.557250355908074, -0.095281675818589, 0.466341264998983, 0.126499898311979, 0.545657921496848}},
    {"DecentLaM",
     [](Node& node) { return decentlam(node, {.step_size = step_size, .momentum = momentum}); },
     2,
     {0.25, 0.175555555555556, 0.118888888888889, 0.363333333333333, 0.325555555555556}},
    {"DecentLaM",
     [](Node& node) { return decentlam(node, {.step_size = step_size, .momentum = momentum}); },
     10,
     {0.261194993920849, 0.179598862151476, 0.167552990641503, 0.322450820740790, 0.355171531304713}},
    {"DecentLaM",
     [](Node& node) { return decentlam(node, {.step_size = step_size, .momentum = momentum}); },
     limit,
     {0.350380224931290, 0.312307147554251, 0.245333603115990, 0.357369281872292, 0.371905508624614}},
    {"QG-DmSGD",
     [](Node& node) {
       return qg_dmsgd(node, {.step_size = step_size, .momentum = momentum, .global_momentum = momentum});
     },
     2,
     {0.186, 0.132888888888889, 0.106444444444444, 0.247777777777778, 0.240222222222222}},
    {"QG-DmSGD",
     [](Node& node) {
       return qg_dmsgd(node, {.step_size = step_size, .momentum = momentum, .global_momentum = momentum});
     },
     10,
     {0.429311610759860, 0.395352767109291, 0.315364167753148, 0.416218296208950, 0.439596210181601}},
    {"QG-DmSGD",
     [](Node& node) {
       return qg_dmsgd(node, {.step_size = step_size, .momentum = momentum, .global_momentum = momentum});
     },
     limit,
     {0.350380224931290, 0.312307147554251, 0.245333603115990, 0.357369281872292, 0.371905508624614}},
    {"DA-DmSGD",
     [](Node& node) { return da_dmsgd(node, {.step_size = step_size, .momentum = momentum}); },
     2,
     {0.25, 0.175555555555556, 0.163333333333333, 0.318888888888889, 0.325555555555556}},
    {"DA-DmSGD",
     [](Node& node) { return da_dmsgd(node, {.step_size = step_size, .momentum = momentum}); },
     10,
     {0.282769011708395, 0.207938014486465, 0.139713371552028, 0.269897444256392, 0.314237629205656}},
    {"DA-DmSGD",
     [](Node& node) { return da_dmsgd(node, {.step_size = step_size, .momentum = momentum}); },
     limit,
     {0.361756009252606, 0.289909439210719, 0.222769518396939, 0.352229298767990, 0.396239872412636}},
    {"D²",
     [](Node& node) { return d2(node, {.step_size = step_size}); },
     2,
     {0.17, 0.122222222222222, 0.147777777777778, 0.174444444444444, 0.218888888888889}},
    {"D²",
     [](Node& node) { return d2(node, {.step_size = step_size}); },
     10,
     {0.325038897308113, 0.324928812893436, 0.324739521158314, 0.324147347118930, 0.324824753456658}},
    {"NIDS",
     [](Node& node) { return nids(node, {.step_size = step_size}); },
     2,
     {0.171666666666667, -0.031666666666667, 0.196666666666667, 0.131666666666667, 0.331666666666667}},
    {"NIDS",
     [](Node& node) { return nids(node, {.step_size = step_size}); },
     10,
     {0.331901096227474, 0.343063944109401, 0.333074444164960, 0.312907526393642, 0.312097445429451}},
    {"LEAD",
     [](Node& node) { return lead(node, {.step_size = step_size}); },
     2,
     {0.171666666666667, -0.031666666666667, 0.196666666666667, 0.131666666666667, 0.331666666666667}},
    {"LEAD",
     [](Node& node) { return lead(node, {.step_size = step_size}); },
     10,
     {0.331901096227474, 0.343063944109401, 0.333074444164960, 0.312907526393642, 0.312097445429451}},
    {"exact diffusion",
     [](Node& node) { return exact_diffusion(node, {.step_size = step_size}); },
     2,
     {0.175833333333333, 0.044722222222222, 0.149444444444444, 0.176111111111111, 0.270555555555555}},
    {"exact diffusion",
     [](Node& node) { return exact_diffusion(node, {.step_size = step_size}); },
     10,
     {0.331234482671933, 0.340744893430801, 0.332667839114112, 0.316320272965711, 0.315022507864960}},
    {"EXTRA",
     [](Node& node) { return extra(node, {.step_size = step_size}); },
     10,
     {0.334474402343682, 0.341440279966753, 0.330203636910033, 0.314382567865670, 0.315539970462251}},
    {"gradient tracking, ATC",
     [](Node& node) { return gradient_tracking(node, {.step_size = step_size}); },
     2,
     {0.170370370370370, 0.109629629629630, 0.148148148148148, 0.180370370370370, 0.224814814814815}},
    {"gradient tracking, ATC",
     [](Node& node) { return gradient_tracking(node, {.step_size = step_size}); },
     10,
     {0.325045723301530, 0.322534634013222, 0.320046728870460, 0.320996396089465, 0.324066872703117}},
    {"gradient tracking, not ATC",
     [](Node& node) {
       return gradient_tracking(node, {.step_size = step_size, .form = GradientTracking::Form::non_atc});
     },
     2,
     {0.19, 0.153333333333333, 0.006666666666667, 0.333333333333333, 0.116666666666667}},
    {"gradient tracking, not ATC",
     [](Node& node) {
       return gradient_tracking(node, {.step_size = step_size, .form = GradientTracking::Form::non_atc});
     },
     10,
     {0.458666745310151, 0.371473139645460, 0.103308102990814, 0.663712908621653, -0.013958518945308}},
    {"CHOCO-SGD",
     [](Node& node) { return choco_sgd(node, {.step_size = step_size, .consensus_step = 0.6, .compressor = half()}); },
     1,
     {0.1, -0.05, 0.15, 0.05, 0.25}},
    {"CHOCO-SGD",
     [](Node& node) { return choco_sgd(node, {.step_size = step_size, .consensus_step = 0.6, .compressor = half()}); },
     10,
     {0.368864413626523, 0.194559499365399, 0.276056753758930, 0.277707173465029, 0.422393077861405}},
    {"CHOCO-SGD",
     [](Node& node) { return choco_sgd(node, {.step_size = step_size, .consensus_step = 0.6, .compressor = half()}); },
     limit,
     {0.385338136442975, 0.211534890630222, 0.290266275485572, 0.287573810673302, 0.434099602629331}},
    {"CHOCO-SGD, AWC",
     [](Node& node) {
       return choco_sgd(
           node, {.step_size = step_size, .consensus_step = 0.6, .order = ChocoSgd::Order::awc, .compressor = half()});
     },
     2,
     {0.19, -0.13, 0.29, 0.05, 0.4}},
    {"CHOCO-SGD, AWC",
     [](Node& node) {
       return choco_sgd(
           node, {.step_size = step_size, .consensus_step = 0.6, .order = ChocoSgd::Order::awc, .compressor = half()});
     },
     10,
     {0.4099503528, 0.0834402435, 0.3619133916, 0.2012508916, 0.4649898849}},
    {"CHOCO-SGD, AWC",
     [](Node& node) {
       return choco_sgd(
           node, {.step_size = step_size, .consensus_step = 0.6, .order = ChocoSgd::Order::awc, .compressor = half()});
     },
     limit,
     {0.431654676258993, 0.102517985611511, 0.375899280575539, 0.213129496402878, 0.476618705035971}},
    {"ACTC",
     [](Node& node) { return actc(node, {.step_size = step_size, .stability = 0.5}); },
     1,
     {0.05, 0.033333333333333, 0.016666666666667, 0.083333333333333, 0.066666666666667}},
    {"ACTC",
     [](Node& node) { return actc(node, {.step_size = step_size, .stability = 0.5}); },
     10,
     {0.272867777915803, 0.228337293302289, 0.178854964207538, 0.306386296902514, 0.310063499434548}},
    {"ACTC",
     [](Node& node) { return actc(node, {.step_size = step_size, .stability = 0.5}); },
     limit,
     {0.350380224931290, 0.312307147554251, 0.245333603115990, 0.357369281872292, 0.371905508624614}},
    {"D²", [](Node& node) { return d2(node, {.step_size = step_size}); }, limit, {third, third, third, third, third}},
    {"NIDS",
     [](Node& node) { return nids(node, {.step_size = step_size}); },
     limit,
     {third, third, third, third, third}},
    {"exact diffusion",
     [](Node& node) { return exact_diffusion(node, {.step_size = step_size}); },
     limit,
     {third, third, third, third, third}},
    {"EXTRA",
     [](Node& node) { return extra(node, {.step_size = step_size}); },
     limit,
     {third, third, third, third, third}},
    {"gradient tracking, ATC",
     [](Node& node) { return gradient_tracking(node, {.step_size = step_size}); },
     limit,
     {third, third, third, third, third}},
    {"LEAD",
     [](Node& node) { return lead(node, {.step_size = step_size}); },
     limit,
     {third, third, third, third, third}},
};

/// The interactions of the instance, (initiator, partner), with H = 2 exact gradient steps. They need a complete graph.
inline const std::vector<std::pair<NodeId, NodeId>> interactions{{0, 1}, {2, 3}, {1, 2}, {4, 0}, {3, 4}, {0, 2}};
inline constexpr int local_steps = 2;

/// The models after these interactions, each step taking a multiple of a unit of time.
struct SwarmModels {
  SwarmSgd::Variant variant;
  std::function<double(NodeId, std::uint64_t)> step_time;
  std::vector<double> models;
};

/// For the non-blocking initiators: node i's k-th pair of steps ends at the time of its k-th initiative, 0 at 1, 2 at
/// 2, 1 at 3, 4 at 4, 3 at 5 and again 0 at 6; afterwards nobody finishes for long.
inline double initiators_step_time(NodeId node, std::uint64_t step) {
  constexpr double first[] = {1, 3, 2, 5, 4};
  if (step < 2) return first[node] / 2;
  return node == 0 && step < 4 ? 2.5 : 1e6;
}
inline double unit_step_time(NodeId, std::uint64_t) { return 1; }

inline const std::vector<SwarmModels> swarm_sgd{
    {SwarmSgd::Variant::blocking, unit_step_time, {0.425616375, 0.12325, 0.425616375, 0.295853125, 0.295853125}},
    {SwarmSgd::Variant::nb2, unit_step_time, {0.390459, -0.0352, 0.461984, 0.2725, 0.31375}},
    {SwarmSgd::Variant::nb1, initiators_step_time, {0.2864, -0.01, 0.1325, 0.2725, 0.2725}},
};

}  // namespace gossamer::testing::golden
