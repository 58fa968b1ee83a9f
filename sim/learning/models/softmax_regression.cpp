#include "sim/learning/models/softmax_regression.hpp"

#include "sim/learning/models/cross_entropy.hpp"
#include "sim/learning/models/kernels.hpp"

namespace gossamer {
namespace {

template <class Scalar>
class SoftmaxModel final : public Model<Scalar> {
 public:
  SoftmaxModel(Index features, Index classes, double l2) : features_{features}, classes_{classes}, l2_{l2} {}

  Index dimension() const override { return classes_ * (features_ + 1); }
  double flops_per_sample(double stored_features) const override {
    return 4 * static_cast<double>(classes_) * stored_features;
  }
  bool fetches_upcoming() const override { return features_ >= long_row; }
  bool classifies() const override { return true; }
  double l2() const override { return l2_; }
  std::vector<Layer> layers() const override { return {{.inputs = features_, .outputs = classes_}}; }
  std::optional<Curvature> curvature() const override {
    return Curvature{.lower = 0, .upper = 0.5, .l2 = l2_, .intercept = true};
  }

  void gradient(const Batch<Scalar>& batch, const Scalar* x, Scalar* g, Workspace& workspace) const override {
    const auto count = static_cast<Index>(batch.samples.size());
    const RowList<Scalar> a{batch.table.rows(batch.samples, workspace), features_,
                            batch.table.rows(batch.upcoming, workspace)};
    const Logits<Scalar> z = logits(a, x, workspace);
    softmax_residuals<Scalar>(z.data, z.classes, z.stride, batch.table.classes(batch.samples, workspace),
                              Scalar{1} / static_cast<Scalar>(count));
    add_samples(a, z, x, g);
  }

  bool has_hessian_products() const override { return true; }
  /// By the derivative of the residuals along u, the logits of v: dr_c = p_c (u_c − Σ_k p_k u_k).
  void hessian_product(const Batch<Scalar>& batch, const Scalar* x, const Scalar* v, Scalar* h,
                       Workspace& workspace) const override {
    const auto count = static_cast<Index>(batch.samples.size());
    const RowList<Scalar> a{batch.table.rows(batch.samples, workspace), features_};
    const Logits<Scalar> p = logits(a, x, workspace), along = logits(a, v, workspace);
    const auto classes = batch.table.classes(batch.samples, workspace);
    softmax_residuals<Scalar>(p.data, p.classes, p.stride, classes, Scalar{1});
    const Grid<Scalar> probabilities = p.grid(), u = along.grid();
    for (Index b = 0; b < count; ++b) {
      probabilities(classes[static_cast<std::size_t>(b)], b) += 1;
      Scalar mean = 0;
      for (Index c = 0; c < classes_; ++c) mean += probabilities(c, b) * u(c, b);
      for (Index c = 0; c < classes_; ++c)
        u(c, b) = probabilities(c, b) * (u(c, b) - mean) / static_cast<Scalar>(count);
    }
    add_samples(a, along, v, h);
  }

  Score score(const Batch<Scalar>& batch, const Scalar* x, Workspace& workspace) const override {
    const RowList<Scalar> a{batch.table.rows(batch.samples, workspace), features_};
    return cross_entropy<Scalar>(logits(a, x, workspace), batch.table.classes(batch.samples, workspace));
  }

 private:
  /// g ← Σ_b c(u, b) ã_b + λ x for each class u.
  void add_samples(const RowList<Scalar>& a, const Logits<Scalar>& c, const Scalar* x, Scalar* g) const {
    const Grid<const Scalar> factors{c.data, c.stride, 1};
    const auto decay = static_cast<Scalar>(l2_);
    weighted_sums<Scalar>(a, factors, decay, x, classes_, g);
    const Index biases = classes_ * features_;
    bias_gradient<Scalar>(factors, classes_, static_cast<Index>(a.rows.size()), decay, x + biases, g + biases);
  }

  Logits<Scalar> logits(const RowList<Scalar>& a, const Scalar* x, Workspace& workspace) const {
    const auto z = take_logits<Scalar>(classes_, static_cast<Index>(a.rows.size()), workspace);
    inner_products<Scalar>(a, x, x + classes_ * features_, classes_, z.grid());
    return z;
  }

  Index features_;
  Index classes_;
  double l2_;
};

}  // namespace

template <class Scalar>
std::unique_ptr<Model<Scalar>> softmax_regression(const Dataset& data, const SoftmaxRegression& settings) {
  require_dense_classes("softmax_regression", data);
  return std::make_unique<SoftmaxModel<Scalar>>(data.train.features(), data.classes, settings.l2);
}

template std::unique_ptr<Model<float>> softmax_regression(const Dataset&, const SoftmaxRegression&);
template std::unique_ptr<Model<double>> softmax_regression(const Dataset&, const SoftmaxRegression&);

}  // namespace gossamer
