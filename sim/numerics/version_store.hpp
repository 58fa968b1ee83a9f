#pragma once
#include <cstddef>
#include <deque>
#include <vector>

#include "sim/numerics/buffer_pool.hpp"
#include "sim/numerics/params.hpp"

namespace gossamer {

/// All versions of one data plane, and the memory of their values. Only the control plane uses it.
class VersionStore {
 public:
  /// `bytes_each`: the size of the values of most versions.
  explicit VersionStore(std::size_t bytes_each) { add_pool(bytes_each); }

  /// A version with one handle and without values; these will come from the first pool.
  Version* make(Plane& plane);
  /// The same for an encoded vector with its header.
  Version* make_encoded(Plane& plane, std::size_t bytes);

  /// Takes back a version with its values. All operations that read them must have been planned already: operations
  /// that are planned later, and so executed later, reuse the memory.
  void destroy(Version* version);

  /// Takes back a version whose values belong to another version. Its fields stay until it is reused.
  void recycle(Version* version) { unused_.push_back(version); }

  void* take_values(std::uint32_t pool = 0) { return pools_[pool].take(); }
  void give_back_values(void* values, std::uint32_t pool) { pools_[pool].give_back(values); }

  /// The size of the values of most versions.
  std::size_t bytes_each() const { return sizes_.front(); }

  /// Memory allocated for values so far, in bytes.
  std::size_t bytes() const;

 private:
  std::uint32_t add_pool(std::size_t bytes_each);

  std::deque<BufferPool> pools_;
  std::vector<std::size_t> sizes_;  ///< of one buffer, by pool
  std::deque<Version> versions_;    ///< as many as ever existed at once; addresses are stable
  std::vector<Version*> unused_;
};

}  // namespace gossamer
