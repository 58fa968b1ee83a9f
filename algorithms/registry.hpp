#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/ground/settings.hpp"
#include "sim/node.hpp"
#include "topologies/mixing.hpp"

namespace gossamer {

/// A property of the graph or of W that an algorithm needs. Sums of W that it always needs have a field of their own.
struct Need {
  enum class What {
    fixed,               ///< W(k) is the same in every round, and so are the neighbors
    undirected,          ///< for two nodes, both send to each other or neither does
    symmetric,           ///< w_ij = w_ji
    odd_even,            ///< every edge joins an odd node and an even node
    tree,                ///< the graph is a tree, the same in every round
    aperiodic,           ///< the lengths of all closed walks in W's graph have the greatest common divisor 1
    from_minus_a_third,  ///< W is symmetric without an eigenvalue below −1/3
    doubly_stochastic,   ///< as `AlgorithmFacts::sums`, for algorithms that read weights with some settings alone
    column_stochastic,   ///< the same
  };

  What what;
  std::optional<Condition> where = {};  ///< on the algorithm's settings; empty: always
};

/// The need in the words of messages: "a symmetric W", "a tree".
std::string_view name(Need::What what);

/// The properties and needs of an algorithm.
struct AlgorithmFacts {
  std::string cost = {};           ///< per round or interaction, in gradients and payloads
  int vectors = 1;                 ///< number of model-sized vectors that a node keeps between rounds, or gathers
  int vectors_per_neighbor = 0;    ///< number of further vectors for each neighbor
  bool synchronous = true;         ///< it awaits messages in a fixed order: models do not depend on the nodes' speeds
  bool keeps_mean = true;          ///< if gradients are zero, the mean of the models is constant
  bool agrees = true;              ///< if gradients are zero, the models converge to one model
  bool all_reduces = false;        ///< it averages over all nodes at once
  bool exact = false;              ///< without noise and with one local step it converges to the minimum itself
  bool exact_locally = false;      ///< the same with any number of local steps
  NodeId servers = 0;              ///< number of its servers, which are the last nodes, each joined to every worker
  bool decides_by_values = false;  ///< its messages or its rounds depend on models: it needs numerics
  bool steps_alike = true;         ///< all workers make the same number of steps, at any speeds
  bool needs_hessians = false;     ///< it takes Newton directions
  bool needs_optimum = false;      ///< it knows x*, as a method of theory
  std::optional<Stochasticity> sums = Stochasticity::doubly;  ///< needed of W; empty: weights are not read
  std::vector<Need> needs = {};
  /// The advice if rounds are not drawn from matchings of a graph; empty if it does not need such rounds.
  std::string without_matchings = {};
  bool learns = true;      ///< whether it computes gradients; otherwise it only averages
  bool stochastic = true;  ///< whether runs with exact gradients mislead; exact methods are studied with them

  /// The settings whose product is the number of node-steps between two averagings, or between two averagings over all
  /// nodes. Settings that the algorithm does not have count as 1.
  std::vector<std::string> steps_per_averaging = {"local_steps"};

  /// Settings that it lacks, each with the algorithm that has it and is the same otherwise.
  std::vector<std::pair<std::string, std::string>> counterparts = {};
};

/// An algorithm as the registry offers it: its settings, properties and needs.
struct AlgorithmEntry : Entry<Program()>, AlgorithmFacts {
  std::string family = {};  ///< the list that it is in

  /// Whether it needs this property with all settings.
  bool always_needs(Need::What what) const;
};

/// The families of algorithms, in the order in which `gossamer list` shows them.
const std::vector<std::string>& algorithm_families();

/// All algorithms by name, in the order in which messages list them.
const std::vector<AlgorithmEntry>& algorithms();

}  // namespace gossamer
