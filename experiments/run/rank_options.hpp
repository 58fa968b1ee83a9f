#pragma once
#include <optional>

#include "sim/ground/settings.hpp"

namespace gossamer {

/// The settings of real ranks; empty where the experiment determines them. See `RankWorld`.
struct RankOptions {
  enum class Compute { paced, real };
  enum class Network { shaped, real };
  enum class AllReduce { played, mpi };

  std::optional<Compute> compute = {};
  std::optional<Network> network = {};
  std::optional<AllReduce> all_reduce = {};

  bool operator==(const RankOptions&) const = default;
};

/// Their names on the command line and in traces.
inline const Choices<RankOptions::Compute> computes_on_ranks{
    {{"paced", RankOptions::Compute::paced}, {"real", RankOptions::Compute::real}}};
inline const Choices<RankOptions::Network> networks_of_ranks{
    {{"shaped", RankOptions::Network::shaped}, {"real", RankOptions::Network::real}}};
inline const Choices<RankOptions::AllReduce> all_reduces_of_ranks{
    {{"played", RankOptions::AllReduce::played}, {"mpi", RankOptions::AllReduce::mpi}}};

}  // namespace gossamer
