#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/moments/noise_space.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// A data plane on which a linear run gives exact expectations over the noise of its gradients.
///
/// Every version is an affine map of that noise: its expectation, which is a version of an ordinary plane, plus a random
/// part. Gradients must be affine in x, with noise that does not depend on x; the ordinary plane gives their expectation
/// at the address of all samples. Every operation is recorded for the expectation as it is in an ordinary run, so without
/// noise all numbers are those of an ordinary run, to the bit.
///
/// Errors  MomentsError for operations that are not linear, and for numbers by which an algorithm would decide: these
///         differ from one draw of the noise to another.
class MomentsPlane final : public DataPlane {
 public:
  /// `means` is the plane of the expectations, in float64.
  MomentsPlane(std::unique_ptr<DataPlane> means, const NoiseSpace::Setup& noise);
  ~MomentsPlane() override;

  /// The plane of the expectations, and E x on it.
  DataPlane& means() { return *means_; }
  const Params& mean_of(const Params& x) const;
  /// Second moments of x − E x.
  SecondMoments moments(const Params& x) const;
  /// Σ_i E ‖e_i − ē‖² with the random parts e_i of the models and ē of their mean.
  double consensus_of_noise(std::span<const Params> models, const Params& mean) const;
  /// Whether all factors of the random part are finite.
  bool has_finite_noise(const Params& x) const;
  const NoiseSpace& noise() const { return noise_; }

  Index dimension() const override { return means_->dimension(); }
  Params initial_params(NodeId node) override;
  Params gradient(NodeId node, std::uint64_t step, const Params& x) override;
  Params newton_direction(NodeId node, const Params& x, const Params& g) override;
  double loss(NodeId node, const Params& x) override;
  Version* combine(std::span<const Term> terms) override;
  Params ring_mean(std::span<const Params> parts) override;
  Params mean(std::span<const Params> models) override;
  void release(Version* version) override;
  /// Of functions that are `CoordinatewiseLinear`.
  Params apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) override;
  void keep(std::shared_ptr<const void> object) override { means_->keep(std::move(object)); }
  /// By codecs that are `CoordinatewiseLinear`.
  Params encode(const Codec& codec, const Params& x, const Draws& draws) override;
  Params decode(const Codec& codec, const Params& message, const Params& near) override;
  Bytes encoded_size(const Params& message) override;
  std::uint64_t decode_failures() override { return means_->decode_failures(); }
  double squared_norm(const Combination& sum) override;
  std::vector<std::vector<double>> summarize(std::span<const Summary> summaries) override;
  Params with_values(std::span<const double> values) override;
  /// E Γ.
  double consensus_distance(std::span<const Params> models, const Params& mean) override;
  std::optional<std::size_t> first_non_finite(std::span<const Params> models) override;
  /// Those of the expectation.
  std::vector<double> values(const Params& x) override;
  void flush() override { means_->flush(); }
  int threads() const override { return means_->threads(); }
  std::size_t scalar_bytes() const override { return means_->scalar_bytes(); }

  /// Raw coordinates, which other worlds send, are no affine maps. These throw std::logic_error.
  std::span<const std::byte> encoded(const Params& message) override;
  Params adopt_encoded(std::span<const std::byte> message) override;
  std::span<const std::byte> bytes(const Params& x) override;
  Params adopt(std::span<const std::byte> bytes) override;
  void combine_raw(std::span<const RawTerm> terms, std::span<std::byte> out) override;
  GradientJob prepare_gradient(NodeId node, std::uint64_t step, const Params& x) override;
  GradientJob prepare_newton_direction(NodeId node, const Params& x, const Params& g) override;

 private:
  struct MomentsVersion;

  static const MomentsVersion& version(const Params& x);
  std::unique_ptr<MomentsVersion> make(Params mean);
  static Params adopt_version(std::unique_ptr<MomentsVersion> made);
  std::vector<Params> means_of(std::span<const Params> models) const;
  Params equal_mean(Params mean, std::span<const Params> models);

  std::unique_ptr<DataPlane> means_;
  NoiseSpace noise_;
};

}  // namespace gossamer
