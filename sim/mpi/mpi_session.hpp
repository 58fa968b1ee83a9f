#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown if a run cannot be put on MPI ranks, with the reason.
class MpiError : public InputError {
 public:
  using InputError::InputError;
};

/// MPI from its start to its end in this process. Only the thread that made it may use MPI.
class MpiSession {
 public:
  /// Throws MpiError if MPI cannot be used beside other threads.
  MpiSession();
  /// Ends MPI together with all other ranks, or, if the session was abandoned, ends them.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// This process's number, 0 … ranks() − 1.
  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  /// The complaint of the first rank that has one, on all ranks; nothing if none has. Waits for all ranks.
  std::optional<std::string> first_complaint(const std::optional<std::string>& mine) const;

  /// The first rank whose number is not rank 0's; nothing if all are the same. Waits for all ranks.
  std::optional<int> first_different(std::uint64_t number) const;

  /// Rank 0's value, on all ranks. Waits for rank 0.
  double value_of_rank_0(double value) const;

  /// The values of all ranks, on rank 0, in the order of ranks; nothing elsewhere. All have as many.
  std::vector<std::vector<double>> gathered(std::span<const double> own) const;

  /// Stops waiting for other ranks, since one does not answer. The destructor ends this process, and with it the whole
  /// job, with this exit code.
  void abandon(int exit_code) { abandoned_ = exit_code; }

  /// The name and version of this MPI, such as "Open MPI v4.1.4".
  static std::string library();

 private:
  int rank_ = 0;
  int ranks_ = 1;
  int abandoned_ = -1;
};

}  // namespace gossamer
