#include "sim/moments/moments_plane.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sim/moments/moments_error.hpp"
#include "sim/numerics/coordinatewise_linear.hpp"
#include "sim/numerics/encoded_vector.hpp"
#include "sim/numerics/objective.hpp"

namespace gossamer {
namespace {

[[noreturn]] void refuse_decision() {
  throw MomentsError{"this algorithm decides by numbers of its models, which differ from one draw of the noise to another"};
}

[[noreturn]] void refuse_raw_coordinates() {
  throw std::logic_error{"a plane of moments has no raw coordinates to send"};
}

template <class Operation>
void check_linear(const Operation& operation, const char* sentence) {
  if (!dynamic_cast<const CoordinatewiseLinear*>(&operation)) throw MomentsError{sentence};
}

}  // namespace

struct MomentsPlane::MomentsVersion : Version {
  Params mean;
  NoisePart noise;

  MomentsVersion(Plane& plane_of_it, Params its_mean, NoiseSpace& space) : mean{std::move(its_mean)}, noise{space} {
    plane = &plane_of_it;
    handles = 1;
  }
};

MomentsPlane::MomentsPlane(std::unique_ptr<DataPlane> means, const NoiseSpace::Setup& noise)
    : means_{std::move(means)}, noise_{noise} {}

MomentsPlane::~MomentsPlane() = default;

const MomentsPlane::MomentsVersion& MomentsPlane::version(const Params& x) {
  return *static_cast<const MomentsVersion*>(x.version());
}

std::unique_ptr<MomentsPlane::MomentsVersion> MomentsPlane::make(Params mean) {
  return std::make_unique<MomentsVersion>(*this, std::move(mean), noise_);
}

Params MomentsPlane::adopt_version(std::unique_ptr<MomentsVersion> made) { return Params::adopt(made.release()); }

void MomentsPlane::release(Version* version) { delete static_cast<MomentsVersion*>(version); }

std::vector<Params> MomentsPlane::means_of(std::span<const Params> models) const {
  std::vector<Params> result;
  for (const Params& x : models) result.push_back(mean_of(x));
  return result;
}

// ---------------------------------------------------------------------------------------------------------------------
// Operations.

Params MomentsPlane::initial_params(NodeId node) { return adopt_version(make(means_->initial_params(node))); }

Params MomentsPlane::with_values(std::span<const double> values) {
  return adopt_version(make(means_->with_values(values)));
}

Params MomentsPlane::gradient(NodeId node, std::uint64_t step, const Params& x) {
  const bool is_random = GradientAddress::is_minibatch(step);
  auto g = make(means_->gradient(node, is_random ? GradientAddress::all_samples : step, version(x).mean));
  noise_.multiply(node, version(x).noise, g->noise);
  if (is_random) noise_.add_draw(node, step, g->noise);
  return adopt_version(std::move(g));
}

Params MomentsPlane::newton_direction(NodeId node, const Params& x, const Params& g) {
  auto p = make(means_->newton_direction(node, version(x).mean, version(g).mean));
  noise_.solve(node, version(g).noise, p->noise);
  return adopt_version(std::move(p));
}

Version* MomentsPlane::combine(std::span<const Term> terms) {
  Combination mean;
  auto sum = make({});
  for (const Term& term : terms) {
    const auto& summand = *static_cast<const MomentsVersion*>(term.version);
    mean += term.coefficient * summand.mean;
    sum->noise.add(term.coefficient, summand.noise);
  }
  sum->mean = mean;
  return sum.release();
}

/// The version with this expectation and the mean of the random parts.
Params MomentsPlane::equal_mean(Params mean, std::span<const Params> models) {
  auto result = make(std::move(mean));
  for (const Params& x : models) result->noise.add(1.0 / static_cast<double>(models.size()), version(x).noise);
  return adopt_version(std::move(result));
}

Params MomentsPlane::ring_mean(std::span<const Params> parts) {
  return equal_mean(means_->ring_mean(means_of(parts)), parts);
}

Params MomentsPlane::mean(std::span<const Params> models) { return equal_mean(means_->mean(means_of(models)), models); }

Params MomentsPlane::apply(std::shared_ptr<const VectorFunction> function, std::span<const Params> arguments) {
  check_linear(*function, "this algorithm applies a function to vectors that is not linear");
  auto value = make(means_->apply(function, means_of(arguments)));
  std::vector<const NoisePart*> parts;
  for (const Params& argument : arguments) parts.push_back(&version(argument).noise);
  Workspace workspace;
  noise_.map(
      [&](std::span<const double* const> columns, double* result) {
        workspace.clear();
        function->apply(columns, {0, dimension()}, result, workspace);
      },
      parts, value->noise);
  return adopt_version(std::move(value));
}

Params MomentsPlane::encode(const Codec& codec, const Params& x, const Draws& draws) {
  check_linear(codec, "the compressor of this algorithm is not linear");
  auto message = make(means_->encode(codec, version(x).mean, draws));
  message->encoded = true;
  const auto d = static_cast<std::size_t>(dimension());
  std::vector<std::byte> buffer(encoded_room<double>(codec, dimension()));
  const NoisePart* const part = &version(x).noise;
  noise_.map(
      [&](std::span<const double* const> columns, double* result) {
        encode_vector<double>(codec, draws, {columns.front(), d}, buffer.size(), buffer.data());
        decode_vector<double>(codec, buffer.data(), {}, {result, d});
      },
      {&part, 1}, message->noise);
  return adopt_version(std::move(message));
}

Params MomentsPlane::decode(const Codec& codec, const Params& message, const Params& near) {
  auto x = make(means_->decode(codec, version(message).mean, near ? version(near).mean : Params{}));
  x->noise.add(1.0, version(message).noise);  // decoded already
  return adopt_version(std::move(x));
}

// ---------------------------------------------------------------------------------------------------------------------
// Numbers.

const Params& MomentsPlane::mean_of(const Params& x) const { return version(x).mean; }

SecondMoments MomentsPlane::moments(const Params& x) const { return noise_.moments(version(x).noise); }

double MomentsPlane::consensus_of_noise(std::span<const Params> models, const Params& mean) const {
  double sum = 0;
  for (const Params& x : models) sum += noise_.squared_distance(version(x).noise, version(mean).noise);
  return sum;
}

bool MomentsPlane::has_finite_noise(const Params& x) const { return version(x).noise.is_finite(); }

double MomentsPlane::consensus_distance(std::span<const Params> models, const Params& mean) {
  return means_->consensus_distance(means_of(models), mean_of(mean)) + consensus_of_noise(models, mean);
}

std::optional<std::size_t> MomentsPlane::first_non_finite(std::span<const Params> models) {
  const auto expected = means_->first_non_finite(means_of(models));
  const auto random =
      std::find_if(models.begin(), models.end(), [this](const Params& x) { return !has_finite_noise(x); });
  if (random == models.end()) return expected;
  const auto position = static_cast<std::size_t>(random - models.begin());
  return expected ? std::min(*expected, position) : position;
}

std::vector<double> MomentsPlane::values(const Params& x) { return means_->values(mean_of(x)); }

Bytes MomentsPlane::encoded_size(const Params& message) { return means_->encoded_size(mean_of(message)); }

double MomentsPlane::loss(NodeId, const Params&) { refuse_decision(); }

double MomentsPlane::squared_norm(const Combination&) { refuse_decision(); }

std::vector<std::vector<double>> MomentsPlane::summarize(std::span<const Summary>) { refuse_decision(); }

std::span<const std::byte> MomentsPlane::encoded(const Params&) { refuse_raw_coordinates(); }

Params MomentsPlane::adopt_encoded(std::span<const std::byte>) { refuse_raw_coordinates(); }

std::span<const std::byte> MomentsPlane::bytes(const Params&) { refuse_raw_coordinates(); }

Params MomentsPlane::adopt(std::span<const std::byte>) { refuse_raw_coordinates(); }

void MomentsPlane::combine_raw(std::span<const RawTerm>, std::span<std::byte>) { refuse_raw_coordinates(); }

GradientJob MomentsPlane::prepare_gradient(NodeId, std::uint64_t, const Params&) { refuse_raw_coordinates(); }

GradientJob MomentsPlane::prepare_newton_direction(NodeId, const Params&, const Params&) { refuse_raw_coordinates(); }

}  // namespace gossamer
