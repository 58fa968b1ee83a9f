#pragma once
#include <memory>
#include <utility>

#include "sim/mpi/blocks.hpp"
#include "sim/mpi/model_window.hpp"
#include "sim/network/shaper.hpp"

namespace gossamer {

/// The network cards of all nodes, as a rank sees them on a shaped network. Readers on other ranks occupy the cards of
/// this rank's nodes, and the reverse. Both learn of it through the window of models, once there is one.
class SharedCards {
 public:
  SharedCards(std::unique_ptr<Shaper> shape, Blocks blocks, int rank)
      : shaper_{std::move(shape)}, blocks_{blocks}, rank_{rank} {}

  /// From now on the cards of this rank's nodes are visible in the window.
  void publish_in(ModelWindow& window);

  /// Both ends of a message, see `Shaper`. The end may be a node of another rank only for a one-sided read.
  Seconds first_byte(Seconds now, NodeId from, NodeId to, Bytes size, Side sender);
  Seconds arrival(Seconds first_byte, NodeId from, NodeId to, Bytes size, Side receiver);

 private:
  bool hosts(NodeId node) const { return blocks_.host(node) == rank_; }
  void publish(NodeId node);
  Seconds first_byte_of_remote_read(Seconds now, NodeId target, NodeId reader, Bytes size);

  std::unique_ptr<Shaper> shaper_;
  Blocks blocks_;
  int rank_;
  ModelWindow* window_ = nullptr;
};

}  // namespace gossamer
