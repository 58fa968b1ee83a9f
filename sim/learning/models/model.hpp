#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "sim/ground/quantities.hpp"
#include "sim/learning/models/sample_table.hpp"
#include "sim/learning/problem.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer {

/// Some samples of a table, by their numbers.
template <class Scalar>
struct Batch {
  const SampleTable<Scalar>& table;
  std::span<const Index> samples;
  std::span<const Index> upcoming = {};  ///< samples of the next gradient on this thread, as a hint, or none
};

/// A model's result on a batch: a sum of losses without the regularizer, and the number of correctly classified
/// samples.
struct Score {
  double loss = 0;
  Index correct = 0;
};

/// Bounds of the Hessian of the objective over any samples with the features Ã ∈ R^{p×m}, at every x:
///
///     lower · ÃÃᵀ/m + l2 · I  ⪯  ∇²F(x)  ⪯  upper · ÃÃᵀ/m + l2 · I
///
/// If lower = upper, F is a quadratic.
struct Curvature {
  double lower = 0;
  double upper = 0;
  double l2 = 0;
  bool intercept = false;  ///< true if Ã has a last feature that is always 1
};

/// A model that is learned from samples: the loss of one sample, and its gradient.
///
///     F(x; B) = 1/|B| Σ_{k ∈ B} ℓ(x; a_k, y_k) + λ/2 ‖x‖²        (a mean over the batch)
///
/// Const and without state. Batches of more than a few hundred samples should be cut, because the scratch memory of
/// `gradient` and `score` grows with them.
template <class Scalar>
class Model {
 public:
  virtual ~Model() = default;

  /// d, the length of x.
  virtual Index dimension() const = 0;

  /// g ← ∇F(x; B).
  virtual void gradient(const Batch<Scalar>& batch, const Scalar* x, Scalar* g, Workspace& workspace) const = 0;

  /// Losses are computed in double, from outputs in `Scalar`, and summed in double.
  virtual Score score(const Batch<Scalar>& batch, const Scalar* x, Workspace& workspace) const = 0;

  /// Multiplications and additions of `gradient`'s sums of products for one sample with `stored_features` stored
  /// features: all p if samples are dense; on average the nonzero ones if they are sparse.
  virtual double flops_per_sample(double stored_features) const = 0;

  /// True if `gradient` makes use of a batch's `upcoming` samples.
  virtual bool fetches_upcoming() const { return false; }

  /// True if the model classifies.
  virtual bool classifies() const = 0;

  /// λ, the weight of ‖x‖²/2.
  virtual double l2() const = 0;

  virtual std::optional<Curvature> curvature() const { return std::nullopt; }

  /// Whether ∇²F = (1/|B|) Σ_k c_k ã_k ã_kᵀ + λ I, with c_k by `curvatures`.
  virtual bool has_curvatures() const { return false; }
  /// c_k ← the curvature of the loss of each sample of the batch.
  virtual void curvatures(const Batch<Scalar>& /*batch*/, const Scalar* /*x*/, double* /*c*/,
                          Workspace& /*workspace*/) const {}

  /// Whether `hessian_product` works.
  virtual bool has_hessian_products() const { return false; }
  /// h ← ∇²F(x; B) v.
  virtual void hessian_product(const Batch<Scalar>& /*batch*/, const Scalar* /*x*/, const Scalar* /*v*/, Scalar* /*h*/,
                               Workspace& /*workspace*/) const {
    throw std::logic_error{"this model offers no products with its Hessian"};
  }
  virtual std::vector<Layer> layers() const { return {}; }
};

}  // namespace gossamer
