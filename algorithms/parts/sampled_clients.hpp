#pragma once
#include <functional>
#include <vector>

#include "algorithms/parts/workers_and_server.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The clients of a server that works in rounds: each round it chooses some of those that are left, and awaits their
/// answers. A client marks the last message of its last answer by a negative number.
class SampledClients {
 public:
  /// `participation`: the fraction of the clients that take part in a round, in (0, 1]; at least one does.
  SampledClients(Node& node, double participation)
      : node_{node}, workers_{all_workers(node)}, left_{workers_}, participation_{participation} {}

  bool any_left() const { return !left_.empty(); }
  /// The number of clients at the beginning of the run.
  std::size_t all() const { return workers_.size(); }

  /// Sends the server's model to a client.
  using Invitation = std::function<void(NodeId client)>;

  /// Chooses the clients of the next round, uniformly without replacement among those that are up, in increasing order.
  const std::vector<NodeId>& choose();

  /// Invites the chosen clients. Returns their answers in the order of the clients; each has so many messages, whose
  /// numbers are positive. A client is invited again if a message of it, or to it, is lost; it has no answer if it goes
  /// down.
  Part<std::vector<Received>> answers(Invitation invite, int messages_of_each = 1);

 private:
  Node& node_;
  std::vector<NodeId> workers_;
  std::vector<NodeId> left_;
  std::vector<NodeId> chosen_;
  double participation_;
};

/// The number that a client sends with its answer: negative if it makes no further step.
inline double number_of_answer(const Node& node, double number) { return node.running() ? number : -number; }

}  // namespace gossamer
