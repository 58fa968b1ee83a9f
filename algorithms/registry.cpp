#include "algorithms/registry.hpp"

#include "algorithms/ad_psgd.hpp"
#include "algorithms/all_reduce_sgd.hpp"
#include "algorithms/d_psgd.hpp"
#include "algorithms/local_sgd.hpp"
#include "algorithms/swarm_sgd.hpp"

namespace gossamer {
namespace {

template <class S>
Entry<Program()> algorithm(std::string name, std::string sentence, Task (*program)(Node&, S),
                           std::vector<Field<S>> fields, std::string source) {
  return entry<Program(), S>(
      std::move(name), std::move(sentence),
      [program](S settings) -> Program { return [=](Node& node) { return program(node, settings); }; },
      std::move(fields), std::move(source));
}

Entry<Program()> synchronous(Entry<Program()> entry) {
  entry.synchronous = true;
  return entry;
}

const std::string eta = "step size η";
const std::string beta = "heavy-ball momentum β, kept by each node";

}  // namespace

const std::vector<Entry<Program()>>& algorithms() {
  static const std::vector<Entry<Program()>> entries{
      algorithm(
          "ad_psgd", "average with a random neighbor while the gradient is computed (Lian et al. 2018)", ad_psgd,
          {{"step_size", &AdPsgd::step_size, above(0), eta}, {"momentum", &AdPsgd::momentum, from_until(0, 1), beta}},
          "Lian, Zhang, Zhang, Liu, \"Asynchronous Decentralized Parallel Stochastic Gradient Descent\", ICML "
          "2018, arXiv:1710.06952"),
      synchronous(algorithm(
          "all_reduce_sgd", "average all gradients, every step (Goyal et al. 2017)", all_reduce_sgd,
          {{"step_size", &AllReduceSgd::step_size, above(0), eta},
           {"momentum", &AllReduceSgd::momentum, from_until(0, 1), "heavy-ball momentum β"}},
          "Goyal et al., \"Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour\", 2017, arXiv:1706.02677")),
      synchronous(algorithm(
          "d_psgd", "average with every neighbor, every round (Lian et al. 2017)", d_psgd,
          {{"step_size", &DPsgd::step_size, above(0), eta},
           {"form", &DPsgd::form,
            choices<DPsgd::Form>({{"awc", DPsgd::Form::awc}, {"atc", DPsgd::Form::atc}, {"cta", DPsgd::Form::cta}}),
            "adapt while combine (the paper's), adapt then combine, combine then adapt"}},
          "Lian et al., \"Can Decentralized Algorithms Outperform Centralized Algorithms?\", NeurIPS 2017, "
          "arXiv:1705.09056")),
      synchronous(
          algorithm("local_sgd", "average all models every H steps (Stich 2019)", local_sgd,
                    {{"step_size", &LocalSgd::step_size, above(0), eta},
                     {"averaging_period", &LocalSgd::averaging_period, at_least(1), "steps H between two averagings"},
                     {"momentum", &LocalSgd::momentum, from_until(0, 1), beta}},
                    "Stich, \"Local SGD Converges Fast and Communicates Little\", ICLR 2019, arXiv:1805.09767")),
      algorithm(
          "swarm_sgd", "local steps, then average with one random neighbor (Nadiradze et al. 2021)", swarm_sgd,
          {{"step_size", &SwarmSgd::step_size, above(0), eta},
           {"local_steps", &SwarmSgd::local_steps, at_least(1), "steps H between two interactions"},
           {"variant", &SwarmSgd::variant,
            choices<SwarmSgd::Variant>({{"nb1", SwarmSgd::Variant::nb1},
                                        {"nb2", SwarmSgd::Variant::nb2},
                                        {"blocking", SwarmSgd::Variant::blocking}}),
            "non-blocking with the initiator's steps, non-blocking with both nodes' steps, blocking"},
           {"steps", &SwarmSgd::steps,
            choices<SwarmSgd::Steps>({{"fixed", SwarmSgd::Steps::fixed}, {"geometric", SwarmSgd::Steps::geometric}}),
            "H local steps each time, or a geometric number on 1, 2, … with mean H"},
           {"momentum", &SwarmSgd::momentum, from_until(0, 1), beta}},
          "Nadiradze et al., \"Asynchronous Decentralized SGD with Quantized and Local Updates\", NeurIPS 2021, "
          "arXiv:1910.12308"),
  };
  return entries;
}

}  // namespace gossamer
