#include "algorithms/parts/workers_and_server.hpp"

#include <array>

namespace gossamer {

Part<std::optional<Encoded>> from_server(Node& node) {
  using Event = Received::Event;
  const std::array<NodeId, 1> server{server_of(node)};
  while (true) {
    std::optional<Encoded> message = co_await node.receive_encoded(server[0]);
    if (message && is_farewell(*message)) co_return std::nullopt;
    if (message) co_return message;
    if (node.detects_down(server[0])) {  // waits until it is back
      std::optional<Received> received;
      do received = co_await node.receive_any(server);
      while (received && received->event == Event::went_down);
      if (!received) co_return std::nullopt;
      if (received->event == Event::message && is_farewell(received->content)) co_return std::nullopt;
      if (received->event == Event::message) co_return std::move(received->content);
    }
    node.send(server[0], request());
  }
}

Part<std::optional<Encoded>> first_model(Node& node) {
  Encoded own{node.initial_params(), node.payload(), 1};
  if (!node.began_anew()) co_return own;
  node.send(server_of(node), request());
  co_return co_await from_server(node);
}

/// Workers may wait for a server that begins anew.
Pushes::Pushes(Node& node, Answer answer)
    : node_{node}, answer_{std::move(answer)}, workers_{all_workers(node)}, left_{workers_.size()} {
  if (!node.began_anew()) return;
  for (const NodeId i : workers_) answer_(i);
}

Part<std::optional<Received>> Pushes::next(Seconds deadline) {
  while (left_ > 0) {
    std::optional<Received> received = co_await node_.receive_any(workers_, deadline);
    if (!received) co_return std::nullopt;
    if (received->event == Received::Event::went_down) continue;
    if (is_request(*received)) {
      answer_(received->sender);
    } else if (is_farewell(received->content)) {
      --left_;
    } else {
      co_return received;
    }
  }
  co_return std::nullopt;
}

}  // namespace gossamer
