#pragma once
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <utility>

#include "sim/ground/quantities.hpp"

/// Vectors of the widest registers that this build may use, written with the compilers' vector extensions, so that one
/// source serves every width and both scalar types. Included by the kernels' sources only.
namespace gossamer::simd {

#if defined(__AVX512F__)
inline constexpr std::size_t register_bytes = 64;
inline constexpr int registers = 32;
#elif defined(__AVX__)
inline constexpr std::size_t register_bytes = 32;
inline constexpr int registers = 16;
#else
inline constexpr std::size_t register_bytes = 16;
inline constexpr int registers = 16;
#endif

template <class Scalar>
struct Register;
template <>
struct Register<float> {
  typedef float type __attribute__((vector_size(register_bytes)));
  typedef int integer __attribute__((vector_size(register_bytes)));
};
template <>
struct Register<double> {
  typedef double type __attribute__((vector_size(register_bytes)));
  typedef long integer __attribute__((vector_size(register_bytes)));
};

/// One register full of values; `v[i]` is its lane i.
template <class Scalar>
using Vector = typename Register<Scalar>::type;

/// Integers of the same width as `Scalar`, the type of comparisons of vectors.
template <class Scalar>
using IntegerVector = typename Register<Scalar>::integer;

/// The number of lanes.
template <class Scalar>
inline constexpr int lanes = static_cast<int>(register_bytes / sizeof(Scalar));

template <class Scalar>
inline Vector<Scalar> load(const Scalar* from) {
  Vector<Scalar> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class Scalar>
inline void store(Scalar* to, Vector<Scalar> v) {
  std::memcpy(to, &v, sizeof v);
}

template <class Scalar>
inline Vector<Scalar> broadcast(Scalar value) {
  return value - Vector<Scalar>{};  // unlike 0 + value, which differs for −0, this costs nothing
}

/// Keeps v in a register from here on. GCC 12 would otherwise load a vector again for each of its uses, and then wait
/// for loads: two loads start in a cycle, as do two multiplications.
template <class Scalar>
inline Vector<Scalar> in_register(Vector<Scalar> v) {
#if defined(__x86_64__)
  __asm__("" : "+v"(v));
#endif
  return v;
}

/// The lanes `first`, `first` + 1, … of v, and 0 in the lanes before them.
template <class Scalar>
inline Vector<Scalar> drop_lanes(Vector<Scalar> v, Index first) {
  IntegerVector<Scalar> position;
  for (int i = 0; i < lanes<Scalar>; ++i) position[i] = i;
  return position >= static_cast<decltype(+position[0])>(first) ? v : Vector<Scalar>{};
}

/// Calls f(0), …, f(n − 1), each with its number as a constant. Unlike a loop, this keeps arrays of vectors in
/// registers even if the compiler unrolls loops after it has assigned registers.
template <int n, class F>
[[gnu::always_inline]] inline void unrolled(F&& f) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (f(std::integral_constant<int, i>{}), ...);
  }
  (std::make_integer_sequence<int, n>{});
}

namespace detail {

/// The lane of (x, y), of 2·width lanes, that lane j of a folded vector takes: x and y have `segments` segments each;
/// the result has the lower (or upper) halves of all segments, one after another.
constexpr int half_of_segment(int j, int width, int segments, bool upper) {
  const int length = width / (2 * segments);
  return (j / length) * 2 * length + j % length + (upper ? length : 0);
}

/// The lane that is `by` lanes after lane j if each segment of `length` lanes is a ring.
constexpr int rotated(int j, int length, int by) { return j / length * length + (j % length + by) % length; }

/// Sums over the halves of each segment: x and y with `segments` segments become one vector with twice as many.
template <class Scalar, int segments, int... j>
inline Vector<Scalar> fold(Vector<Scalar> x, Vector<Scalar> y, std::integer_sequence<int, j...>) {
  return __builtin_shufflevector(x, y, half_of_segment(j, sizeof...(j), segments, false)...) +
         __builtin_shufflevector(x, y, half_of_segment(j, sizeof...(j), segments, true)...);
}

template <class Scalar, int length, int by, int... j>
inline Vector<Scalar> add_rotated(Vector<Scalar> x, std::integer_sequence<int, j...>) {
  return x + __builtin_shufflevector(x, x, rotated(j, length, by)...);
}

}  // namespace detail

/// sums[s] = the sum of all lanes of v_s, for four vectors at once: a tree whose shape depends only on the width.
template <class Scalar>
[[gnu::always_inline]] inline void horizontal_sums(const Vector<Scalar> (&v)[4], Scalar (&sums)[4]) {
  constexpr int width = lanes<Scalar>;
  constexpr std::make_integer_sequence<int, width> all{};
  if constexpr (width >= 4) {
    Vector<Scalar> x = detail::fold<Scalar, 2>(detail::fold<Scalar, 1>(v[0], v[1], all),
                                               detail::fold<Scalar, 1>(v[2], v[3], all), all);
    constexpr int length = width / 4;
    if constexpr (length >= 4) x = detail::add_rotated<Scalar, length, 2>(x, all);
    if constexpr (length >= 2) x = detail::add_rotated<Scalar, length, 1>(x, all);
    for (int s = 0; s < 4; ++s) sums[s] = x[s * length];
  } else {
    for (int s = 0; s < 4; ++s) sums[s] = v[s][0] + v[s][1];
  }
}

}  // namespace gossamer::simd
