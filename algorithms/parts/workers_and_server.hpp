#pragma once
#include <numeric>
#include <optional>
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

/// The next vector from the server; nothing if it says farewell, or if it is gone. Without numerics the vector is empty.
inline Part<std::optional<Encoded>> from_server(Node& node) {
  std::optional<Encoded> message = co_await node.receive_encoded(server_of(node));
  if (!message || is_farewell(*message)) co_return std::nullopt;
  co_return message;
}

}  // namespace gossamer
