#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "experiments/configuration/experiment.hpp"
#include "experiments/trace/recorder.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// The arithmetic of one run, whatever its scalar type: the data plane that nodes write to, and the questions that
/// records ask. Handles must not outlive it.
class RunNumerics {
 public:
  virtual ~RunNumerics() = default;

  virtual DataPlane& plane() = 0;

  virtual Measures measure(const ModelsSeen& models) = 0;

  /// x̄ = (1/n) Σ_i x_i
  virtual std::vector<double> mean(std::span<const Params> models) = 0;

  /// Writes the models as one n × d array of their scalar type. Throws LearningError where that is impossible.
  virtual void write_npy(const std::filesystem::path& path, std::span<const Params> models) = 0;
};

/// Null where the experiment has no model or its numerics are off.
std::unique_ptr<RunNumerics> make_numerics(const Experiment& experiment, int threads,
                                           std::optional<std::size_t> window = {});

}  // namespace gossamer
