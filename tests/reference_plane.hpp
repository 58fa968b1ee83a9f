#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/numerics/data_plane.hpp"
#include "sim/numerics/encoded_vector.hpp"
#include "sim/numerics/linear_combination.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer::testing {

/// A data plane that executes every operation at once, alone and in the order of the calls, one coordinate after the
/// other. It plans nothing, groups nothing and reuses no memory. Every plan must give its bits.
template <class Scalar>
class ReferencePlane final : public DataPlane {
 public:
  ReferencePlane(const Objective<Scalar>& objective, std::function<void(NodeId, Scalar*)> initial_params)
      : objective_{objective}, initialize_{std::move(initial_params)} {}

  Index dimension() const override { return objective_.dimension(); }

  Params initial_params(NodeId node) override {
    Vector x(length());
    initialize_(node, x.data());
    return made(std::move(x));
  }
  Params gradient(NodeId node, std::uint64_t step, const Params& x) override {
    Vector g(length());
    Workspace workspace;
    objective_.gradient(node, step, vector(x).data(), g.data(), workspace);
    return made(std::move(g));
  }
  Params newton_direction(NodeId node, const Params& x, const Params& g) override {
    Vector p(length());
    Workspace workspace;
    objective_.newton_direction(node, vector(x).data(), vector(g).data(), p.data(), workspace);
    return made(std::move(p));
  }
  std::vector<std::vector<double>> summarize(std::span<const Summary> summaries) override {
    std::vector<std::vector<double>> numbers;
    for (const Summary& one : summaries) {
      std::vector<std::span<const Scalar>> vectors;
      for (const Params& x : one.of) vectors.emplace_back(vector(x));
      numbers.emplace_back(one.function->size());
      one.function->summarize(vectors, numbers.back());
    }
    return numbers;
  }
  Params with_values(std::span<const double> values) override {
    Vector x(length());
    for (std::size_t k = 0; k < length(); ++k) x[k] = static_cast<Scalar>(values[k]);
    return made(std::move(x));
  }
  double loss(NodeId node, const Params& x) override {
    Workspace workspace;
    return objective_.loss(node, vector(x).data(), workspace);
  }
  Version* combine(std::span<const Term> terms) override {
    Vector sum(length());
    for (std::size_t k = 0; k < length(); ++k) sum[k] = sum_at(terms, k);
    return keep({.vector = std::move(sum), .message = {}});
  }
  Params ring_mean(std::span<const Params> parts) override {
    const std::size_t n = parts.size(), d = length();
    Vector mean(d);
    for (std::size_t chunk = 0; chunk < n; ++chunk) {
      std::vector<Term> terms;
      for (std::size_t i = 1; i <= n; ++i)
        terms.push_back({1.0 / static_cast<double>(n), parts[(chunk + i) % n].version()});
      for (std::size_t k = chunk * d / n; k < (chunk + 1) * d / n; ++k) mean[k] = sum_at(terms, k);
    }
    return made(std::move(mean));
  }
  Params mean(std::span<const Params> models) override {
    Combination sum;
    for (const Params& x : models) sum += 1.0 / static_cast<double>(models.size()) * x;
    return sum;
  }
  void release(Version* version) override { values_.erase(version); }

  Params apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) override {
    std::vector<const Scalar*> all;
    for (const Params& argument : arguments) all.push_back(vector(argument).data());
    Vector value(length());
    Workspace workspace;
    function->apply(all, {0, dimension()}, value.data(), workspace);
    return made(std::move(value));
  }

  void keep(std::shared_ptr<const void>) override {}
  Params encode(const Codec& codec, const Params& x, const Draws& draws) override {
    const std::size_t room = encoded_room<Scalar>(codec, dimension());
    std::vector<std::byte> message(room);
    encode_vector<Scalar>(codec, draws, vector(x), room, message.data());
    return adopt_encoded(message);
  }
  Params decode(const Codec& codec, const Params& message, const Params& near) override {
    Vector x(length());
    const std::span<const Scalar> around = near ? std::span<const Scalar>{vector(near)} : std::span<const Scalar>{};
    if (!decode_vector<Scalar>(codec, values_.at(message.version()).message.data(), around, x)) ++decode_failures_;
    return made(std::move(x));
  }
  Bytes encoded_size(const Params& message) override { return head_of(encoded(message).data()).size.wire; }
  std::uint64_t decode_failures() override { return decode_failures_; }
  std::span<const std::byte> encoded(const Params& message) override { return values_.at(message.version()).message; }
  Params adopt_encoded(std::span<const std::byte> message) override {
    Version* const version = keep({.vector = {}, .message = {message.begin(), message.end()}});
    version->encoded = true;
    return Params::adopt(version);
  }

  double squared_norm(const Combination& sum) override {
    const Params x = sum;
    return gossamer::squared_norm(vector(x).data(), dimension());
  }
  double consensus_distance(std::span<const Params> models, const Params& mean) override {
    double sum = 0;
    for (const Params& x : models) sum += squared_distance(vector(x).data(), vector(mean).data(), dimension());
    return sum;
  }
  std::optional<std::size_t> first_non_finite(std::span<const Params> models) override {
    for (std::size_t i = 0; i < models.size(); ++i)
      if (!std::isfinite(squared_norm(models[i]))) return i;
    return std::nullopt;
  }
  std::vector<double> values(const Params& x) override { return {vector(x).begin(), vector(x).end()}; }
  void flush() override {}
  std::span<const std::byte> bytes(const Params& x) override { return std::as_bytes(std::span{vector(x)}); }
  Params adopt(std::span<const std::byte> bytes) override {
    Vector x(length());
    std::memcpy(x.data(), bytes.data(), bytes.size());
    return made(std::move(x));
  }
  std::size_t scalar_bytes() const override { return sizeof(Scalar); }
  void combine_raw(std::span<const RawTerm> terms, std::span<std::byte> out) override {
    for (std::size_t k = 0; k < out.size() / sizeof(Scalar); ++k) {
      Scalar sum = 0;
      for (const RawTerm& term : terms) {
        Scalar value;
        std::memcpy(&value, term.values.data() + k * sizeof value, sizeof value);
        sum = &term == terms.data() ? static_cast<Scalar>(term.coefficient) * value
                                    : multiply_add(static_cast<Scalar>(term.coefficient), value, sum);
      }
      std::memcpy(out.data() + k * sizeof sum, &sum, sizeof sum);
    }
  }
  int threads() const override { return 1; }
  GradientJob prepare_gradient(NodeId node, std::uint64_t step, const Params& x) override {
    return {.at = x, .result = gradient(node, step, x), .compute = [](Workspace&) {}};
  }
  GradientJob prepare_newton_direction(NodeId node, const Params& x, const Params& g) override {
    return {.at = x, .result = newton_direction(node, x, g), .compute = [](Workspace&) {}};
  }

 private:
  using Vector = std::vector<Scalar>;
  struct Values {
    Vector vector;
    std::vector<std::byte> message;
  };

  static Scalar multiply_add(Scalar a, Scalar b, Scalar c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return std::fma(a, b, c);
#else
    return a * b + c;
#endif
  }
  std::size_t length() const { return static_cast<std::size_t>(dimension()); }
  Scalar sum_at(std::span<const Term> terms, std::size_t k) const {
    const auto value = [&](const Term& term) { return values_.at(term.version).vector[k]; };
    Scalar sum = static_cast<Scalar>(terms[0].coefficient) * value(terms[0]);
    for (const Term& term : terms.subspan(1))
      sum = multiply_add(static_cast<Scalar>(term.coefficient), value(term), sum);
    return sum;
  }
  const Vector& vector(const Params& x) const { return values_.at(x.version()).vector; }
  Params made(Vector x) { return Params::adopt(keep({.vector = std::move(x), .message = {}})); }
  Version* keep(Values values) {
    auto owner = std::make_unique<Version>(Version{.plane = this, .handles = 1});
    Version* const version = owner.get();
    owners_.push_back(std::move(owner));
    values_.emplace(version, std::move(values));
    return version;
  }

  const Objective<Scalar>& objective_;
  std::function<void(NodeId, Scalar*)> initialize_;
  std::uint64_t decode_failures_ = 0;
  std::map<const Version*, Values> values_;
  std::vector<std::unique_ptr<Version>> owners_;  ///< versions keep their addresses, so that none is used twice
};

}  // namespace gossamer::testing
