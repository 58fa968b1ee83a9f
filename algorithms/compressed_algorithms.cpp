#include "algorithms/families.hpp"

#include "algorithms/decentralized/actc.hpp"
#include "algorithms/decentralized/choco_gossip.hpp"
#include "algorithms/decentralized/choco_sgd.hpp"
#include "algorithms/decentralized/dcd_psgd.hpp"
#include "algorithms/decentralized/deep_squeeze.hpp"
#include "algorithms/decentralized/ecd_psgd.hpp"
#include "algorithms/decentralized/lead.hpp"
#include "algorithms/decentralized/qdgd.hpp"

namespace gossamer {

using enum Need::What;

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

}  // namespace gossamer
