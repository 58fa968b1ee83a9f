#pragma once
#include <memory>

#include "sim/mpi/model_window.hpp"
#include "sim/mpi/mpi_all_reduce.hpp"
#include "sim/mpi/transport.hpp"

namespace gossamer {

/// All ways in which a rank communicates during a run. The last two may be null.
struct Channels {
  Transport& nodes;
  Transport& control;
  MpiAllReduce* all_reduce = nullptr;
  ModelWindow* window = nullptr;

  /// Stops communicating: all that is in flight is dropped.
  void abandon();
};

/// The end of all communication, without blocking. Ranks exchange the numbers of packets that they have sent, receive
/// the packets in flight, and end when all ranks have received theirs.
class Shutdown {
 public:
  /// All ranks make theirs when they send no more packets of their own.
  explicit Shutdown(const Channels& channels);
  ~Shutdown();
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  /// Advances the closing; returns whether it is over. Packets that still arrive are dropped: no node waits for them.
  bool is_over();

  /// Stops waiting for the other ranks.
  void abandon();

 private:
  struct Mpi;

  Channels channels_;
  std::unique_ptr<Mpi> mpi_;
};

}  // namespace gossamer
