#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "experiments/configuration/experiment.hpp"
#include "experiments/trace/local_scores.hpp"
#include "experiments/trace/trace.hpp"
#include "sim/moments/moments_plane.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// The measures of the models of all nodes at one instant.
struct Measures {
  Evaluation evaluation;          ///< of the mean model, or of the server's
  double consensus_distance = 0;  ///< Γ = Σ_i ‖x_i − x̄‖²
  std::optional<LocalMeasures> local = {};
  std::optional<ExpectedSquares> squares = {};  ///< of moments

  /// A number that is not finite: the position of its model among those of `MeasuredModels::all`, and a description.
  struct NonFinite {
    std::size_t position = 0;
    std::string what;
  };
  std::optional<NonFinite> non_finite;
};

/// The models that are measured.
struct MeasuredModels {
  std::span<const Params> all;     ///< of the workers that are up
  Params server = {};              ///< evaluated in place of their mean; empty if there is no server
  std::span<const Params> scored;  ///< the subset that is also scored one by one

  /// A sample needs all measures; a check of targets needs only those of the run's targets.
  enum class Purpose { sample, judgment };
  Purpose purpose = Purpose::sample;
};

/// Measures models of a data plane, by the experiment's problem and its settings of records. Measures of nodes' own
/// models are left out if no node is scored. If a model is not finite, only its node is found.
Measures measure(const Experiment& experiment, DataPlane& plane, const MeasuredModels& models);

/// The exact expectations of the same measures. Those that have none, such as norms and the worst of several models, are
/// left out; the squares of norms take their place.
Measures measure_moments(const Experiment& experiment, MomentsPlane& plane, const MeasuredModels& models);

}  // namespace gossamer
