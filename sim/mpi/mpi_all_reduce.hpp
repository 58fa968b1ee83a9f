#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// All-reduces by MPI itself. The nodes of a rank add up their contributions, in their order, and a non-blocking
/// MPI_Iallreduce adds the ranks' sums. MPI chooses the order of addition, so the last bits may differ from those of a
/// ring.
class MpiAllReduce {
 public:
  struct Setup {
    NodeId nodes = 1;  ///< of all ranks
    NodeId local_nodes = 1;
    Bytes payload = 0;  ///< bytes to send if there are no coordinates, or fewer
    DataPlane* plane = nullptr;
  };
  /// All ranks make theirs at the same time.
  explicit MpiAllReduce(Setup setup);
  ~MpiAllReduce();

  /// A node contributes to the all-reduce with that number. It begins when the last node of the rank has contributed.
  void join(std::int64_t number, std::span<const std::byte> values);

  /// The next finished all-reduce: its number and the mean, which is valid until the following call.
  struct Finished {
    std::int64_t number = 0;
    std::span<const std::byte> mean;
  };
  std::optional<Finished> finished();

  /// The number of all-reduces that have begun at this rank, and of those that are over.
  std::int64_t begun() const { return begun_; }
  std::int64_t over() const { return over_; }

  /// Begins as many as the rank that is furthest ahead, so that each of them can end; for the end of a run.
  void catch_up(std::int64_t begun);

  /// Abandons all-reduces in flight.
  void abandon();

 private:
  struct Mpi;
  struct Gathering {
    std::vector<std::byte> sum;
    NodeId joined = 0;
  };
  void begin();

  Setup setup_;
  std::unique_ptr<Mpi> mpi_;
  std::deque<Gathering> gathering_;  ///< numbers begun_, begun_ + 1, …
  std::int64_t begun_ = 0;
  std::int64_t over_ = 0;
};

}  // namespace gossamer
