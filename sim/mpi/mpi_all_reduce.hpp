#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gossamer {

/// Sums over all ranks by MPI itself, without blocking (MPI_Iallreduce). All ranks begin the same sums in the same
/// order. MPI chooses the order of addition, so the last bits may differ from those of a ring.
class MpiAllReduce {
 public:
  struct Setup {
    std::size_t bytes = 0;                     ///< of the values of a rank
    std::size_t scalar_bytes = sizeof(float);  ///< of one value, a float or a double
  };
  /// All ranks make theirs at the same time.
  explicit MpiAllReduce(Setup setup);
  ~MpiAllReduce();

  /// Begins the next sum with this rank's values. Zeros are added behind them if they are too few.
  void begin(std::vector<std::byte> values);

  /// The next finished sum, which is valid until the following call.
  std::optional<std::span<const std::byte>> finished();

  /// The number of sums that have begun at this rank, and of those that are over.
  std::int64_t begun() const { return begun_; }
  std::int64_t over() const { return over_; }

  /// Begins as many as the rank that is furthest ahead, so that each of them can end; for the end of a run.
  void catch_up(std::int64_t begun);

  /// Abandons sums in flight.
  void abandon();

 private:
  struct Mpi;

  Setup setup_;
  std::unique_ptr<Mpi> mpi_;
  std::int64_t begun_ = 0;
  std::int64_t over_ = 0;
};

}  // namespace gossamer
