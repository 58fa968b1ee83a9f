#pragma once
#include <array>
#include <concepts>

#include "sim/learning/models/kernels.hpp"
#include "sim/learning/models/model.hpp"

/// Common parts of linear and logistic regression; included by their sources only.
namespace gossamer {

/// A loss that gives its second derivative with respect to z; without it there are no Newton directions.
template <class Loss>
concept HasCurvature = requires(double z) {
  { Loss::curvature(z) } -> std::convertible_to<double>;
};

/// Models whose loss depends on one inner product: ℓ(x; a, y) = Loss::value(z, y) with z = ⟨a, x⟩, or
/// z = ⟨a, x⟩ + x_{d−1} with an intercept.
///
/// Shapes  d = p, or p + 1 with the intercept last; dense or sparse features.
/// Cost    4 p |B| flops and p |B| numbers read; for a sparse batch 4 flops for each stored number, and d to write g.
template <class Scalar, class Loss>
class LinearModel final : public Model<Scalar> {
 public:
  LinearModel(Index features, double l2, bool intercept) : features_{features}, l2_{l2}, intercept_{intercept} {}

  Index dimension() const override { return features_ + (intercept_ ? 1 : 0); }
  double flops_per_sample(double stored_features) const override { return 4 * stored_features; }
  bool fetches_upcoming() const override { return features_ >= long_row; }
  bool classifies() const override { return Loss::classifies; }
  double l2() const override { return l2_; }
  std::optional<Curvature> curvature() const override {
    return Curvature{
        .lower = Loss::least_curvature, .upper = Loss::largest_curvature, .l2 = l2_, .intercept = intercept_};
  }

  bool has_curvatures() const override { return HasCurvature<Loss>; }
  void curvatures([[maybe_unused]] const Batch<Scalar>& batch, [[maybe_unused]] const Scalar* x,
                  [[maybe_unused]] double* c, [[maybe_unused]] Workspace& workspace) const override {
    if constexpr (HasCurvature<Loss>) {
      const Scalar* const z = outputs(batch, x, workspace);
      for (std::size_t b = 0; b < batch.samples.size(); ++b) c[b] = Loss::curvature(static_cast<double>(z[b]));
    }
  }

  void gradient(const Batch<Scalar>& batch, const Scalar* x, Scalar* g, Workspace& workspace) const override {
    const auto count = static_cast<Index>(batch.samples.size());
    Scalar* const z = outputs(batch, x, workspace);
    for (Index b = 0; b < count; ++b) {
      const double y = batch.table.label(batch.samples[static_cast<std::size_t>(b)]);
      z[b] = Loss::derivative(z[b], static_cast<Scalar>(y)) / static_cast<Scalar>(count);
    }
    add_samples(batch, z, x, g, workspace);
  }

  bool has_hessian_products() const override { return HasCurvature<Loss>; }
  void hessian_product([[maybe_unused]] const Batch<Scalar>& batch, [[maybe_unused]] const Scalar* x,
                       [[maybe_unused]] const Scalar* v, [[maybe_unused]] Scalar* h,
                       [[maybe_unused]] Workspace& workspace) const override {
    if constexpr (HasCurvature<Loss>) {
      const auto count = static_cast<Index>(batch.samples.size());
      const Scalar* const z = outputs(batch, x, workspace);
      Scalar* const along = outputs(batch, v, workspace);  // outputs are linear in x
      for (Index b = 0; b < count; ++b)
        along[b] *= static_cast<Scalar>(Loss::curvature(static_cast<double>(z[b])) / static_cast<double>(count));
      add_samples(batch, along, v, h, workspace);
    }
  }

  Score score(const Batch<Scalar>& batch, const Scalar* x, Workspace& workspace) const override {
    const Scalar* const z = outputs(batch, x, workspace);
    Score score;
    for (std::size_t b = 0; b < batch.samples.size(); ++b) {
      const double y = batch.table.label(batch.samples[b]);
      score.loss += Loss::value(static_cast<double>(z[b]), y);
      if (Loss::correct(static_cast<double>(z[b]), y)) ++score.correct;
    }
    return score;
  }

 private:
  Scalar* outputs(const Batch<Scalar>& batch, const Scalar* x, Workspace& workspace) const {
    Scalar* const z = workspace.take<Scalar>(static_cast<Index>(batch.samples.size()));
    const Scalar intercept = intercept_ ? x[features_] : Scalar{0};
    if (!batch.table.is_sparse()) {
      inner_products<Scalar>({batch.table.rows(batch.samples, workspace), features_}, x, &intercept, 1, {z, 0, 1});
      return z;
    }
    for (std::size_t b = 0; b < batch.samples.size(); ++b) {
      Scalar sum = intercept;
      for (typename SampleTable<Scalar>::Sparse::InnerIterator a(batch.table.sparse(), batch.samples[b]); a; ++a)
        sum += a.value() * x[a.row()];
      z[b] = sum;
    }
    return z;
  }

  /// g ← Σ_b c_b ã_b + λ x.
  void add_samples(const Batch<Scalar>& batch, Scalar* c, const Scalar* x, Scalar* g, Workspace& workspace) const {
    const auto decay = static_cast<Scalar>(l2_);
    if (batch.table.is_sparse()) {
      add_sparse(batch, c, x, g);
    } else {
      const RowList<Scalar> a{batch.table.rows(batch.samples, workspace), features_,
                              batch.table.rows(batch.upcoming, workspace)};
      weighted_sums<Scalar>(a, {c, 0, 1}, decay, x, 1, g);
    }
    if (intercept_) {
      g[features_] = decay * x[features_];
      for (std::size_t b = 0; b < batch.samples.size(); ++b) g[features_] += c[b];
    }
  }

  /// g ← Σ_b c_b a_b + λ x over the features.
  void add_sparse(const Batch<Scalar>& batch, const Scalar* c, const Scalar* x, Scalar* g) const {
    const auto decay = static_cast<Scalar>(l2_);
    for (Index k = 0; k < features_; ++k) g[k] = decay == 0 ? Scalar{0} : decay * x[k];
    for (std::size_t b = 0; b < batch.samples.size(); ++b)
      for (typename SampleTable<Scalar>::Sparse::InnerIterator a(batch.table.sparse(), batch.samples[b]); a; ++a)
        g[a.row()] += c[b] * a.value();
  }

  Index features_;
  double l2_;
  bool intercept_;
};

}  // namespace gossamer
