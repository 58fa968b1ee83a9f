#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "algorithms/parts/client_sampler.hpp"
#include "algorithms/parts/workers_and_server.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// The clients of a server that works in rounds: each round it chooses some of those that are left, and awaits their
/// answers. A client marks the last message of its last answer by a negative number.
class SampledClients {
 public:
  SampledClients(Node& node, const SamplerChoice& sampler)
      : node_{node}, workers_{all_workers(node)}, left_{workers_}, sampler_{sampler.start()} {}

  bool any_left() const { return !left_.empty(); }
  /// The number of clients at the beginning of the run.
  std::size_t all() const { return workers_.size(); }

  /// Sends the server's model to a client.
  using Invitation = std::function<void(NodeId client)>;

  /// Chooses the clients of the next round among those that are up.
  void choose();

  /// Invites the chosen clients. Returns their answers in the order of the clients; each has so many messages, whose
  /// numbers are positive. A client is invited again if a message of it, or to it, is lost; it has no answer if it goes
  /// down.
  Part<std::vector<Received>> answers(Invitation invite, int messages_of_each = 1);

 private:
  Node& node_;
  std::vector<NodeId> workers_;
  std::vector<NodeId> left_;
  std::vector<NodeId> chosen_;
  std::unique_ptr<ClientSampler> sampler_;
};

/// The number that a client sends with its answer: negative if it makes no further step.
inline double number_of_answer(const Node& node, double number) { return node.running() ? number : -number; }

}  // namespace gossamer
