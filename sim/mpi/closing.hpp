#pragma once
#include <memory>

#include "sim/mpi/model_window.hpp"
#include "sim/mpi/mpi_all_reduce.hpp"
#include "sim/mpi/transport.hpp"

namespace gossamer {

/// The end of all conversation, without ever waiting: ranks tell each other how many packets they have sent, take in
/// what is still to come, and part when everybody has.
class Closing {
 public:
  /// All ranks make theirs once they send nothing more of their own accord. `all_reduce` and `window` may be null.
  Closing(Transport& nodes, Transport& control, MpiAllReduce* all_reduce, ModelWindow* window);
  ~Closing();
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;

  /// Goes on with it. What still arrives is thrown away: nobody waits for it.
  bool is_over();

  /// Does not wait for the others any more.
  void abandon();

 private:
  struct Mpi;
  void count();

  Transport& nodes_;
  Transport& control_;
  MpiAllReduce* all_reduce_;
  ModelWindow* window_;
  std::unique_ptr<Mpi> mpi_;
};

}  // namespace gossamer
