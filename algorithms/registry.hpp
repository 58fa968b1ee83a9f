#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/node.hpp"
#include "sim/settings.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// A property of the graph or of W without which an algorithm does not work. The sums of W have a field of their own.
struct Need {
  enum class What {
    fixed,               ///< W(k) is the same in every round, and so are neighbors
    undirected,          ///< two nodes hear each other, or neither hears the other
    symmetric,           ///< w_ij = w_ji
    odd_even,            ///< every edge joins a node of odd number and one of even number
    tree,                ///< which is the same in every round
    aperiodic,           ///< closed walks in W's graph have lengths without a common divisor
    from_minus_a_third,  ///< no eigenvalue of W, which is symmetric, is below −1/3
  };

  What what;
  std::optional<Condition> where = {};  ///< on the algorithm's settings; empty: always
};

/// The need as messages write it: "a symmetric W", "a tree".
std::string_view name(Need::What what);

/// The promises and needs of an algorithm.
struct AlgorithmFacts {
  std::string cost = {};         ///< per round or interaction, in gradients and payloads
  int vectors = 1;               ///< model-sized vectors that a node keeps between rounds,
  int vectors_per_neighbor = 0;  ///< and so many more for each neighbor
  bool synchronous = true;   ///< whatever it awaits comes in a fixed order: its models do not depend on who is faster
  bool keeps_mean = true;    ///< where gradients vanish, the mean of the models stays
  bool agrees = true;        ///< where gradients vanish, the models come together
  bool all_reduces = false;  ///< averages over all nodes at once
  bool exact = false;        ///< without noise, and with one local step, it ends at the minimum itself
  std::optional<Stochasticity> sums = Stochasticity::doubly;  ///< of W; empty: weights are not read
  std::vector<Need> needs = {};
  std::string topology = {};  ///< the only kind of topology that it is meant for; empty: any
  bool learns = true;         ///< whether it computes gradients; else it averages alone
  bool stochastic = true;     ///< whether a run with exact gradients would mislead; exact methods are studied with them

  /// The settings whose product is the number of node-steps between two averagings, or between two of all nodes.
  /// Those that it does not have count as 1.
  std::vector<std::string> steps_per_averaging = {"local_steps"};
};

/// An algorithm as the registry offers it: its settings, its promises and its needs.
struct AlgorithmEntry : Entry<Program()>, AlgorithmFacts {
  /// Whether it needs this, whatever its settings.
  bool always_needs(Need::What what) const;
};

/// All algorithms by name, in the order in which messages list them.
const std::vector<AlgorithmEntry>& algorithms();

}  // namespace gossamer
