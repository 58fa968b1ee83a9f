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
  explicit VersionStore(std::size_t bytes_each) : pool_{bytes_each} {}

  /// A version with one handle and no values yet.
  Version* make(Plane& plane);

  /// Takes back a version with its values. Whoever still reads them must have been planned already: they are used again
  /// by operations that are executed after all that have been.
  void destroy(Version* version);

  /// Takes back a version whose values belong to somebody else. Its fields stay until it is made again.
  void recycle(Version* version) { unused_.push_back(version); }

  void* take_values() { return pool_.take(); }
  void give_back_values(void* values) { pool_.give_back(values); }

  /// Memory for values so far, in bytes.
  std::size_t bytes() const { return pool_.bytes(); }

 private:
  BufferPool pool_;
  std::deque<Version> versions_;  ///< all that were ever needed at once; addresses are stable
  std::vector<Version*> unused_;
};

}  // namespace gossamer
