#pragma once
#include <chrono>
#include <cstdint>

namespace gossamer {

/// A node's number, 0 … n − 1.
using NodeId = std::int32_t;

/// A position in a vector or a data set; signed, as in Eigen.
using Index = std::ptrdiff_t;

/// A duration in virtual or wall time. Literals such as `10ms` convert to it.
using Seconds = std::chrono::duration<double>;

/// An amount of data. Signed, so that differences are safe.
using Bytes = std::int64_t;

/// The work of a computation.
struct Work {
  double flops = 0;  ///< floating-point operations
  double bytes = 0;  ///< moved between processor and memory
};

}  // namespace gossamer
