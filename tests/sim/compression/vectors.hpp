#pragma once
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/compression/registry.hpp"
#include "sim/numerics/codec.hpp"

namespace gossamer::testing {

inline Draws draws_of(std::uint64_t encoding, std::uint64_t seed = 1) { return {seed, Purpose::encoding, 0, encoding}; }

/// A vector after encoding and decoding.
template <class Scalar>
struct Sent {
  std::vector<Scalar> x;
  EncodedSize size;
  bool decoded = true;
};

/// Encodes and decodes a vector. Both sides use the draws of that encoding.
template <class Scalar>
Sent<Scalar> sent(const Codec& codec, const std::vector<Scalar>& x, const Draws& draws,
                  const std::vector<Scalar>& near = {}) {
  constexpr auto guard = std::byte{0xA5};
  const auto room = static_cast<std::size_t>(codec.room(static_cast<Index>(x.size()), sizeof(Scalar)));
  std::vector<std::byte> message(room + 64, guard);
  Sent<Scalar> result{.x = std::vector<Scalar>(x.size()), .size = codec.encode(std::span{x}, draws, message.data())};
  for (std::size_t k = room; k < message.size(); ++k)
    if (message[k] != guard) throw std::string{"a codec has written more than its room"};
  message.resize(static_cast<std::size_t>(result.size.stored));
  message.shrink_to_fit();  // so that sanitizers find reads beyond it
  result.decoded = codec.decode(message, draws, std::span{near}, std::span{result.x});
  return result;
}

template <class Scalar>
double squared_norm(const std::vector<Scalar>& v) {
  double sum = 0;
  for (const Scalar x : v) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum;
}

template <class Scalar>
double squared_distance(const std::vector<Scalar>& v, const std::vector<Scalar>& w) {
  double sum = 0;
  for (std::size_t k = 0; k < v.size(); ++k) {
    const double difference = static_cast<double>(v[k]) - static_cast<double>(w[k]);
    sum += difference * difference;
  }
  return sum;
}

template <class Scalar>
std::vector<Scalar> normal_vector(std::size_t d, std::uint64_t number = 0) {
  Draws draws{7, Purpose::objective, 0, number};
  std::vector<Scalar> v(d);
  for (Scalar& x : v) x = static_cast<Scalar>(standard_normal(draws));
  return v;
}

/// Difficult vectors for compressors: of each length zeros, one huge coordinate among small ones, ties, denormal
/// numbers, very large and very small ones.
template <class Scalar>
std::vector<std::vector<Scalar>> hard_vectors() {
  using Limits = std::numeric_limits<Scalar>;
  std::vector<std::vector<Scalar>> result;
  for (const std::size_t d :
       std::initializer_list<std::size_t>{1, 2, 5, 8, 63, 64, 65, 511, 512, 513, 2047, 2048, 2049, 5000}) {
    result.emplace_back(d, Scalar{0});
    result.emplace_back(d, Scalar{-3});
    result.push_back(normal_vector<Scalar>(d));
    result.push_back(normal_vector<Scalar>(d));
    result.back()[d / 2] = Scalar{1e6};
    result.emplace_back(d, Scalar{0});
    for (std::size_t k = 0; k < d; ++k) result.back()[k] = static_cast<Scalar>(k % 3) - Scalar{1};
    result.emplace_back(d, Limits::denorm_min());
    result.back()[0] = -7 * Limits::denorm_min();
    result.push_back(normal_vector<Scalar>(d));
    for (Scalar& x : result.back()) x *= std::sqrt(Limits::max()) / 100;
  }
  return result;
}

/// A compressor of the registry as a configuration would make it.
struct Kind {
  std::string name;
  std::shared_ptr<const Codec> codec;
};
inline Kind made(const std::string& name, const Values& given = {}) {
  for (const CompressorEntry& entry : compressors()) {
    if (entry.name != name) continue;
    Values values = defaults(entry.settings);
    for (const auto& [key, value] : given) values.at(key) = value;
    return {name, entry.make(values)};
  }
  throw std::string{"no such compressor"};
}

/// All of them, with settings that differ.
inline std::vector<Kind> kinds() {
  using Integer = std::int64_t;
  return {made("identity"),
          made("chosen"),
          made("infinity_norm"),
          made("infinity_norm", {{"bits", Integer{1}}, {"block_size", Integer{7}}}),
          made("infinity_norm", {{"bits", Integer{4}}, {"block_size", Integer{1000}}}),
          made("infinity_norm", {{"bits", Integer{8}}}),
          made("infinity_norm", {{"bits", Integer{16}}}),
          made("lattice", {{"y_max", 4.0}}),
          made("lattice", {{"side", 0.01}, {"colors", Integer{65536}}, {"hash", true}}),
          made("lattice", {{"side", 0.5}, {"colors", Integer{16}}, {"dither", false}}),
          made("lattice", {{"side", 2.0}, {"colors", Integer{8}}}),
          made("natural"),
          made("qsgd"),
          made("qsgd", {{"levels", Integer{1}}, {"rescaled", true}}),
          made("qsgd", {{"levels", Integer{127}}, {"rescaled", true}}),
          made("qsgd", {{"levels", Integer{32768}}}),
          made("random_gossip", {{"probability", 0.5}}),
          made("random_k", {{"fraction", 0.1}}),
          made("random_k", {{"k", Integer{3}}, {"unbiased", true}}),
          made("scaled_sign"),
          made("terngrad"),
          made("top_k", {{"fraction", 0.1}}),
          made("top_k", {{"k", Integer{3}}}),
          made("top_k", {{"fraction", 1.0}})};
}

}  // namespace gossamer::testing
