#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/ground/quantities.hpp"

namespace gossamer {

class Plane;
class Combination;

/// One state of one parameter vector. The operation that makes it writes it once; it never changes.
///
/// It lives as long as a handle (a `Params`, a message in flight, a term of a `Combination`) or an operation that has
/// not been executed refers to it. The control plane alone changes both counts, hence they are not atomic.
struct Version {
  Plane* plane = nullptr;
  void* values = nullptr;         ///< the coordinates, once they exist; the plane has their scalar type
  std::uint32_t handles = 0;      ///< references from the control plane
  std::uint32_t readers = 0;      ///< number of terms of recorded operations that have not read it yet
  std::int32_t producer = -1;     ///< position in the window of the operation that makes it; −1 if its values exist
  std::int32_t last_reader = -1;  ///< position in its window of the latest operation that joined a group and reads it
  std::int64_t last_read = -1;    ///< the level of execution at which it was last read, as the data plane counts levels
  std::uint32_t pool = 0;         ///< number of the store's pool that its memory comes from
  bool encoded = false;           ///< whether the values are the bytes of a codec instead of coordinates
  bool donated = false;           ///< its memory already belongs to the version that overwrites it
};

/// A term c · v of a sum of versions.
struct Term {
  double coefficient;
  Version* version;
};

/// The data plane as parameter handles see it: it makes versions and takes them back.
class Plane {
 public:
  virtual ~Plane() = default;

  /// Records v ← Σ c_k v_k, summed in the order of the terms, and returns v with one handle.
  virtual Version* combine(std::span<const Term> terms) = 0;

  /// Takes back a version to which no handle refers any more.
  virtual void release(Version* version) = 0;
};

/// A model, as algorithms use it: a handle to a version of a parameter vector.
///
/// A copy copies the reference. Assigning a `Combination` records one pass over memory; nothing is computed here.
/// If a world runs without numerics, all handles are empty and operations on them do nothing.
class Params {
 public:
  Params() = default;
  Params(const Combination& sum);  // NOLINT: a formula converts to a model
  Params(const Params& other) : version_{other.version_} {
    if (version_) ++version_->handles;
  }
  Params(Params&& other) noexcept : version_{std::exchange(other.version_, nullptr)} {}
  Params& operator=(Params other) noexcept {
    std::swap(version_, other.version_);
    return *this;
  }
  ~Params() {
    if (version_ && --version_->handles == 0) version_->plane->release(version_);
  }

  /// Takes over one handle that has been counted already.
  static Params adopt(Version* version) {
    Params result;
    result.version_ = version;
    return result;
  }

  Version* version() const { return version_; }
  explicit operator bool() const { return version_ != nullptr; }

 private:
  Version* version_ = nullptr;
};

/// A sum of scaled versions, in the order in which it was written. Hence rounding does not depend on whether two
/// handles refer to the same version.
class Combination {
 public:
  Combination() = default;
  Combination(const Params& x) { add(1.0, x.version()); }  // NOLINT: a model converts to a sum of one term
  Combination(double coefficient, const Params& x) { add(coefficient, x.version()); }
  Combination(const Combination& other) { *this += other; }
  Combination(Combination&& other) noexcept
      : size_{std::exchange(other.size_, 0)}, spilled_{std::move(other.spilled_)} {
    std::copy_n(other.inline_.data(), size_, inline_.data());
  }
  Combination& operator=(Combination other) noexcept {
    std::swap(inline_, other.inline_);
    std::swap(size_, other.size_);
    std::swap(spilled_, other.spilled_);
    return *this;
  }
  ~Combination() {
    if (!is_empty()) release();
  }

  Combination& operator+=(const Combination& other) { return other.is_empty() ? *this : append(1.0, other); }
  Combination& operator-=(const Combination& other) { return other.is_empty() ? *this : append(-1.0, other); }
  Combination& operator*=(double factor) { return is_empty() ? *this : scale(factor); }

  std::span<const Term> terms() const { return spilled_ ? std::span{*spilled_} : std::span{inline_.data(), size_}; }

 private:
  static constexpr std::size_t inline_terms = 6;

  bool is_empty() const { return size_ == 0 && !spilled_; }
  void add(double coefficient, Version* version) {
    if (version) append(coefficient, version);  // without numerics there is none
  }
  void append(double coefficient, Version* version);
  Combination& append(double factor, const Combination& other);
  Combination& scale(double factor);
  void release();

  std::array<Term, inline_terms> inline_;  ///< the first `size_` are set: runs without numerics make many empty sums
  std::size_t size_ = 0;
  std::unique_ptr<std::vector<Term>> spilled_;  ///< all terms, once they no longer fit inline
};

inline Combination operator*(double c, const Params& x) { return {c, x}; }
inline Combination operator*(double c, Combination sum) { return std::move(sum *= c); }
inline Combination operator+(Combination a, const Combination& b) { return std::move(a += b); }
inline Combination operator-(Combination a, const Combination& b) { return std::move(a -= b); }

}  // namespace gossamer
