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

/// The arithmetic of one run, for any scalar type: the data plane that nodes write to, and the measures of records.
/// Handles must not outlive it.
class RunNumerics {
 public:
  virtual ~RunNumerics() = default;

  virtual DataPlane& plane() = 0;

  virtual Measures measure(const ModelsSeen& models) = 0;

  /// x̄ = (1/n) Σ_i x_i
  virtual std::vector<double> mean(std::span<const Params> models) = 0;

  /// Writes the models as one n × d array of their scalar type. Throws LearningError if that is impossible.
  virtual void write_npy(const std::filesystem::path& path, std::span<const Params> models) = 0;
};

/// Null if the experiment has no model or its numerics are off.
std::unique_ptr<RunNumerics> make_numerics(const Experiment& experiment, int threads,
                                           std::optional<std::size_t> window = {});

}  // namespace gossamer
