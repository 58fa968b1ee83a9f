#pragma once
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "sim/ground/parts.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Chooses the clients of a server's rounds, one round after the other.
class ClientSampler {
 public:
  virtual ~ClientSampler() = default;

  /// At least one of these clients, which are in increasing order, as the result is. `all`: the number of clients at the
  /// beginning of the run, n below.
  virtual std::vector<NodeId> choose(Node& server, std::vector<NodeId> present, std::size_t all) = 0;
};

/// A kind of sampler with its settings.
class ClientSamplerKind {
 public:
  static const PartType& part_type();

  virtual ~ClientSamplerKind() = default;
  /// A sampler that has chosen no clients.
  virtual std::unique_ptr<ClientSampler> start() const = 0;
};

/// All clients.
struct AllClients {};
/// max(1, ⌊C n + ½⌋) clients, uniformly without replacement.
struct UniformClients {
  double fraction = 0.1;  ///< C in (0, 1]
};
/// Each client with a probability of its own; drawn again if there is none. Also called Poisson sampling.
struct BernoulliClients {
  double probability = 0.1;  ///< in (0, 1]
};
/// max(1, ⌊C n + ½⌋) clients in the order of their numbers, and from the first one again after the last one.
struct CyclicClients {
  double fraction = 0.1;  ///< C in (0, 1]
};

/// The sampler of an algorithm.
class SamplerChoice {
 public:
  using Part = ClientSamplerKind;

  SamplerChoice(AllClients = {});   // NOLINT: settings of a sampler convert to the choice
  SamplerChoice(UniformClients);    // NOLINT
  SamplerChoice(BernoulliClients);  // NOLINT
  SamplerChoice(CyclicClients);     // NOLINT
  explicit SamplerChoice(PartValue chosen) : chosen_{std::move(chosen)} {}

  std::unique_ptr<ClientSampler> start() const { return chosen_.as<ClientSamplerKind>()->start(); }
  const PartValue& value() const { return chosen_; }

 private:
  PartValue chosen_;
};

/// The kinds of samplers.
const std::vector<PartEntry<ClientSamplerKind>>& client_samplers();

}  // namespace gossamer
