#pragma once
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/node.hpp"

/// The dealings of workers with their server, which is the node after the last worker.
namespace gossamer {

inline NodeId server_of(const Node& node) { return node.workers(); }

/// The numbers of all workers.
inline std::vector<NodeId> all_workers(const Node& node) {
  std::vector<NodeId> workers(static_cast<std::size_t>(node.workers()));
  std::iota(workers.begin(), workers.end(), NodeId{0});
  return workers;
}

/// A message without content: a worker makes no more steps, or the server has no more models. It has no bytes.
inline Encoded farewell() { return {.vector = {}, .size = 0, .weight = 0}; }
inline bool is_farewell(const Encoded& message) { return message.weight == 0; }

/// A worker asks for the server's model: it begins anew, or the last answer is lost. It has no bytes.
inline Encoded request() { return {.vector = {}, .size = 0, .weight = -std::numeric_limits<double>::infinity()}; }
/// Whether a server answers by its model alone: to a request, or to a message that is lost.
inline bool is_request(const Received& received) {
  if (received.event == Received::Event::message) return received.content.weight == request().weight;
  return received.event == Received::Event::lost;
}

/// Those of these workers that are up, as far as the server has detected.
inline std::set<NodeId> present(const Node& server, const std::set<NodeId>& workers) {
  std::set<NodeId> up;
  for (const NodeId i : workers)
    if (!server.detects_down(i)) up.insert(i);
  return up;
}

/// The next vector from the server; nothing if it says farewell, or if it is gone. Without numerics the vector is empty.
/// An answer that is lost is requested again.
Part<std::optional<Encoded>> from_server(Node& node);

/// The model from which a worker begins: that of time zero, or the server's present one if the worker begins anew. Nothing
/// if the server is gone.
Part<std::optional<Encoded>> first_model(Node& node);

/// The pushes of workers to a server that answers each of them.
class Pushes {
 public:
  /// Sends the server's model to a worker.
  using Answer = std::function<void(NodeId worker)>;

  Pushes(Node& node, Answer answer);

  bool any_left() const { return left_ > 0; }
  /// The next push; nothing at the deadline, or if no worker is left. Answers requests.
  Part<std::optional<Received>> next(Seconds deadline = Seconds{std::numeric_limits<double>::infinity()});

 private:
  Node& node_;
  Answer answer_;
  std::vector<NodeId> workers_;
  std::size_t left_;
  std::map<NodeId, Seconds> last_answers_;  ///< to requests
};

}  // namespace gossamer
