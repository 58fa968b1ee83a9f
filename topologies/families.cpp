#include "topologies/families.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "topologies/error.hpp"

namespace gossamer {

Topology topology(std::string kind, Mixing mixing) {
  GraphFacts counted = facts(mixing);
  return {.kind = std::move(kind), .mixing = std::move(mixing), .facts = counted, .file = {}};
}

void check_own_weights(const std::string& kind, const Weighting& weighting) {
  if (weighting.rule != Weighting::Rule::automatic)
    throw TopologyError{fmt::format("{}: its rounds have weights of their own, expected weights \"automatic\"", kind)};
}

Topology scheduled(const std::string& kind, const std::vector<Mixing>& rounds, double laziness) {
  const std::vector<Mixing> all = lazy(rounds, laziness);
  Topology result = topology(kind, mean_of(all));
  result.facts.symmetric = std::ranges::all_of(all, &Mixing::is_symmetric);
  result.facts.stochasticity = stochasticity_of(all);
  result.schedule = std::make_shared<const PeriodicSchedule>(all);
  return result;
}
Topology scheduled(const std::string& kind, RandomRounds rounds, double laziness) {
  rounds = lazy(std::move(rounds), laziness);
  Topology result = topology(kind, *rounds.mean);
  result.facts.symmetric = rounds.symmetric;
  result.schedule = std::make_shared<const RandomSchedule>(std::move(rounds));
  return result;
}
Topology scheduled(const std::string& kind, const Mixing& mixing, double laziness) {
  return topology(kind, lazy(mixing, laziness));
}

}  // namespace gossamer
