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

/// All-reduces by MPI itself: the nodes of a rank add up what they contribute, in their order, and the ranks' sums meet
/// in a non-blocking MPI_Iallreduce. In which order MPI adds is its own affair, so the last bits may differ from those
/// of a ring.
class MpiAllReduce {
 public:
  struct Setup {
    NodeId nodes = 1;  ///< of all ranks
    NodeId local_nodes = 1;
    Bytes payload = 0;  ///< what travels where there are no coordinates, or fewer
    DataPlane* plane = nullptr;
  };
  /// All ranks make theirs at the same time.
  explicit MpiAllReduce(Setup setup);
  ~MpiAllReduce();

  /// A node contributes to the all-reduce with that number; the last of the rank lets it begin.
  void join(std::int64_t number, std::span<const std::byte> values);

  /// The next one that is over: its number and the mean, which holds until the following call.
  struct Finished {
    std::int64_t number = 0;
    std::span<const std::byte> mean;
  };
  std::optional<Finished> finished();

  /// How many have begun at this rank, and how many are over.
  std::int64_t begun() const { return begun_; }
  std::int64_t over() const { return over_; }

  /// Begins as many as the furthest rank has begun, so that every one can end; for the end of a run.
  void catch_up(std::int64_t begun);

  /// Forgets what is under way.
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
