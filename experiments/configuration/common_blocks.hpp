#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/experiment.hpp"
#include "sim/ground/settings.hpp"

/// The keys of an experiment file outside all blocks, and the block of expectations of its runs.
namespace gossamer {

/// The keys outside all blocks.
struct TopLevelSettings {
  std::string title;
  std::int64_t seed = 1;
  Numerics numerics = Numerics::float32;
};
std::vector<Field<TopLevelSettings>> top_level_fields(const std::string& usual_title = "");

/// The block "expect": the expectations that `gossamer crosscheck` checks of a run on real ranks. A plain run ignores
/// it.
struct Expectations {
  enum class Models { any, identical, same_law };
  Models models = Models::any;
  std::optional<double> time_error;
  double significance = 0.01;
};
const std::vector<Field<Expectations>>& expectation_fields();

}  // namespace gossamer
