#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "sim/mpi/mpi_all_reduce.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// All-reduces of all nodes by MPI itself. The nodes of a rank add up their contributions, in the order in which they
/// join, and MPI adds the ranks' sums.
class MeansByMpi {
 public:
  struct Setup {
    NodeId nodes = 1;  ///< of all ranks
    NodeId local_nodes = 1;
    Bytes payload = 0;           ///< bytes to send if there are no coordinates, or fewer
    DataPlane* plane = nullptr;  ///< null: no coordinates
  };
  /// All ranks make theirs at the same time.
  explicit MeansByMpi(Setup setup);

  /// The node, numbered within its rank, contributes to its next all-reduce. That begins when the last node of the rank
  /// has contributed. Returns the number of all-reduces that begin now.
  std::int64_t join(std::size_t node, std::span<const std::byte> values);

  /// The mean of the next finished all-reduce, valid until the following call.
  std::optional<std::span<const std::byte>> finished();

  MpiAllReduce& sums() { return sums_; }
  const MpiAllReduce& sums() const { return sums_; }

 private:
  struct Gathering {
    std::vector<std::byte> sum;
    NodeId joined = 0;
  };

  Setup setup_;
  std::size_t model_bytes_;
  MpiAllReduce sums_;
  std::vector<std::int64_t> joined_;  ///< by node: all-reduces so far
  std::deque<Gathering> gathering_;   ///< the next to begin, and those after it
};

}  // namespace gossamer
