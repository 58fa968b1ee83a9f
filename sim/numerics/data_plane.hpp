#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/numerics/codec.hpp"
#include "sim/numerics/params.hpp"
#include "sim/numerics/summary.hpp"
#include "sim/numerics/vector_function.hpp"

namespace gossamer {

class Workspace;

/// A gradient that is computed outside of all windows, by the thread that calls `compute`. Call it once, before any
/// read of `result`. The job keeps the model `at` alive, at which the gradient is taken.
struct GradientJob {
  Params at;
  Params result;
  std::function<void(Workspace&)> compute;
};

/// A term of a sum over raw coordinates.
struct RawTerm {
  double coefficient = 0;
  std::span<const std::byte> values;
};

/// The data plane as a world sees it, for any scalar type: it records operations and executes them later.
class DataPlane : public Plane {
 public:
  /// d, the length of every version.
  virtual Index dimension() const = 0;

  /// x_node at time zero.
  virtual Params initial_params(NodeId node) = 0;

  /// Records g ← ∇F_node(x; ξ) with ξ addressed by (node, step).
  virtual Params gradient(NodeId node, std::uint64_t step, const Params& x) = 0;

  /// Records p ← (∇²f_node(x))⁻¹ g, see `Objective::newton_direction`.
  virtual Params newton_direction(NodeId node, const Params& x, const Params& g) = 0;

  /// Executes all recorded operations and returns f_node(x), see `Objective::loss`.
  virtual double loss(NodeId node, const Params& x) = 0;

  /// Records (1/n) Σ_i x_i, summed as a ring all-reduce among n nodes sums: the d coordinates are cut into n chunks,
  /// chunk k is [⌊k d/n⌋, ⌊(k+1) d/n⌋), and chunk k is summed in the order k + 1, …, n − 1, 0, …, k, one multiply-add
  /// with 1/n after the other.
  virtual Params ring_mean(std::span<const Params> parts) = 0;

  /// Records (1/n) Σ_i x_i, summed in the order of the models.
  virtual Params mean(std::span<const Params> models) = 0;

  /// Records f(arguments). The recorded operation keeps the function alive.
  virtual Params apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) = 0;

  /// Keeps an object until all operations that have been recorded are executed.
  virtual void keep(std::shared_ptr<const void> object) = 0;

  /// Records the encoding of x to bytes. The codec must outlive the recorded operation.
  virtual Params encode(const Codec& codec, const Params& x, const Draws& draws) = 0;
  /// Records the decoding of a message with the draws of its encoding. `near` is a vector of the receiver, or empty.
  virtual Params decode(const Codec& codec, const Params& message, const Params& near) = 0;

  /// The number of bytes that the codec wrote, as charged. Executes all recorded operations.
  virtual Bytes encoded_size(const Params& message) = 0;
  /// The number of decodings so far that detected a failure. Executes all recorded operations.
  virtual std::uint64_t decode_failures() = 0;

  /// Executes all recorded operations and returns an encoded vector with all data that decoding needs. The span is
  /// valid as long as the handle lives.
  virtual std::span<const std::byte> encoded(const Params& message) = 0;

  /// A new version from bytes that `encoded` returned, here or in another process.
  virtual Params adopt_encoded(std::span<const std::byte> message) = 0;

  /// Executes all recorded operations and returns ‖Σ c_k v_k‖², summed in float64 in a fixed order.
  virtual double squared_norm(const Combination& sum) = 0;

  /// Executes all recorded operations and returns the numbers of each summary.
  virtual std::vector<std::vector<double>> summarize(std::span<const Summary> summaries) = 0;

  /// A new version with these d coordinates.
  virtual Params with_values(std::span<const double> values) = 0;

  /// Executes all recorded operations and returns Γ = Σ_i ‖x_i − x̄‖², summed in float64 in the order of the models.
  virtual double consensus_distance(std::span<const Params> models, const Params& mean) = 0;

  /// Executes all recorded operations and returns the position of the first model that contains an infinity or a NaN.
  virtual std::optional<std::size_t> first_non_finite(std::span<const Params> models) = 0;

  /// Executes all recorded operations and returns a copy of a version's coordinates.
  virtual std::vector<double> values(const Params& x) = 0;

  /// Executes all recorded operations.
  virtual void flush() = 0;

  /// Executes all recorded operations and returns a version's raw coordinates. The span is valid as long as the handle
  /// lives.
  virtual std::span<const std::byte> bytes(const Params& x) = 0;

  /// A new version with these d raw coordinates, in the format of `bytes`.
  virtual Params adopt(std::span<const std::byte> bytes) = 0;

  /// The size of one raw coordinate, in bytes.
  virtual std::size_t scalar_bytes() const = 0;

  /// out ← Σ c_k v_k on raw coordinates, as many as `out` has, rounded as by `combine`. At most 8 terms; `out` may be
  /// one of them.
  virtual void combine_raw(std::span<const RawTerm> terms, std::span<std::byte> out) = 0;

  /// The number of threads that execute operations.
  virtual int threads() const = 0;

  /// Executes all recorded operations and prepares the gradient that `gradient` would record.
  virtual GradientJob prepare_gradient(NodeId node, std::uint64_t step, const Params& x) = 0;
  /// The same for a Newton direction.
  virtual GradientJob prepare_newton_direction(NodeId node, const Params& x, const Params& g) = 0;
};

}  // namespace gossamer
