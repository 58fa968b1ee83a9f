#include "algorithms/families.hpp"

#include "algorithms/decentralized/d2.hpp"
#include "algorithms/decentralized/da_dmsgd.hpp"
#include "algorithms/decentralized/decentlam.hpp"
#include "algorithms/decentralized/dmsgd.hpp"
#include "algorithms/decentralized/exact_diffusion.hpp"
#include "algorithms/decentralized/extra.hpp"
#include "algorithms/decentralized/gradient_tracking.hpp"
#include "algorithms/decentralized/nids.hpp"
#include "algorithms/decentralized/qg_dmsgd.hpp"

namespace gossamer {

using enum Need::What;

std::vector<AlgorithmEntry> momentum_algorithms() {
  return {
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

}  // namespace gossamer
