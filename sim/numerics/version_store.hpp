#pragma once
#include <cstddef>
#include <deque>
#include <vector>

#include "sim/numerics/buffer_pool.hpp"
#include "sim/numerics/params.hpp"

namespace gossamer {

/// All versions of one data plane, and the memory of their values. Used by the control plane alone.
class VersionStore {
 public:
  /// Most versions have values of that size.
  explicit VersionStore(std::size_t bytes_each) { add_pool(bytes_each); }

  /// A version with one handle and no values yet, which will come from the first pool.
  Version* make(Plane& plane);
  /// The same for an encoded vector and all that it needs.
  Version* make_encoded(Plane& plane, std::size_t bytes);

  /// Takes back a version with its values. Whoever still reads them must have been planned already: they are used again
  /// by operations that are executed after all that have been.
  void destroy(Version* version);

  /// Takes back a version whose values belong to somebody else. Its fields stay until it is made again.
  void recycle(Version* version) { unused_.push_back(version); }

  void* take_values(std::uint32_t pool = 0) { return pools_[pool].take(); }
  void give_back_values(void* values, std::uint32_t pool) { pools_[pool].give_back(values); }

  /// Memory for values so far, in bytes.
  std::size_t bytes() const;

 private:
  std::uint32_t add_pool(std::size_t bytes_each);

  std::deque<BufferPool> pools_;
  std::vector<std::size_t> sizes_;  ///< of one buffer, by pool
  std::deque<Version> versions_;    ///< all that were ever needed at once; addresses are stable
  std::vector<Version*> unused_;
};

}  // namespace gossamer
