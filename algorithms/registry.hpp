#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/node.hpp"
#include "sim/settings.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// An algorithm as the registry offers it: its settings, and what it promises and needs.
struct AlgorithmEntry : Entry<Program()> {
  /// What graph it runs on.
  enum class Shape { any, fixed, tree };

  std::string cost = {};    ///< per round or interaction, in gradients and payloads
  int vectors = 1;          ///< model-sized vectors that a node keeps between rounds
  bool synchronous = true;  ///< whatever it awaits comes in a fixed order: its models do not depend on who is faster
  bool keeps_mean = true;   ///< where gradients vanish, the mean of the models stays
  bool agrees = true;       ///< where gradients vanish, the models come together
  std::optional<Stochasticity> needs = Stochasticity::doubly;  ///< of W; empty: weights are not read
  Shape shape = Shape::any;
  std::string topology = {};  ///< the only kind of topology that it is meant for; empty: any
  bool learns = true;         ///< whether it computes gradients; else it averages alone
  bool stochastic = true;     ///< whether it is about noise; exact methods show what they are on exact gradients, too

  /// The settings whose product is the number of node-steps between two averagings, or between two of all nodes.
  /// Those that it does not have count as 1.
  std::vector<std::string> steps_per_averaging = {"local_steps"};
};

/// All algorithms by name, in the order in which messages list them.
const std::vector<AlgorithmEntry>& algorithms();

}  // namespace gossamer
