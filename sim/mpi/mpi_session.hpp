#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown where a run cannot be put on MPI ranks, with what was wrong.
class MpiError : public InputError {
 public:
  using InputError::InputError;
};

/// MPI from its start to its end in this process. Only the thread that made it may use MPI.
class MpiSession {
 public:
  /// Throws MpiError where MPI cannot be used beside other threads.
  MpiSession();
  /// Ends MPI together with all other ranks, or, where the session was abandoned, ends them.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// This process's number, 0 … ranks() − 1.
  int rank() const { return rank_; }
  int ranks() const { return ranks_; }

  /// Where something is wrong on any rank: the words of the first such rank, on all of them. Waits for all ranks.
  std::optional<std::string> first_complaint(const std::optional<std::string>& mine) const;

  /// The first rank whose number is not rank 0's; nothing if all are the same. Waits for all ranks.
  std::optional<int> first_different(std::uint64_t number) const;

  /// Waits for no other rank any more, since one does not answer: the destructor ends this process, and with it the
  /// whole job, with this exit code.
  void abandon(int exit_code) { abandoned_ = exit_code; }

  /// What this MPI calls itself, such as "Open MPI v4.1.4".
  static std::string library();

 private:
  int rank_ = 0;
  int ranks_ = 1;
  int abandoned_ = -1;
};

}  // namespace gossamer
