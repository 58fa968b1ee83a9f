#pragma once
#include <vector>

#include "algorithms/entry.hpp"
#include "algorithms/server/fed_opt.hpp"

/// The settings and facts of methods that share the rounds of FedOpt.
namespace gossamer {

/// All settings of the rounds but the step size and the proximal term.
inline std::vector<Field<FedOpt>> fed_opt_rounds() {
  return {{"local_steps", &FedOpt::local_steps, at_least(1), "H, a client's local steps in a round"},
          {"sampler", &FedOpt::sampler, "of the clients of a round"},
          {"aggregation", &FedOpt::aggregation, "of clients' models; a client's weight is the number of its samples"},
          {"time_limit", &FedOpt::time_limit, at_least(0), "a client takes no further step after it; 0: no limit"}};
}

inline AlgorithmFacts fed_opt_facts() {
  return {.cost = "H gradients; one payload down, one up", .keeps_mean = false, .servers = 1, .sums = {}};
}

}  // namespace gossamer
