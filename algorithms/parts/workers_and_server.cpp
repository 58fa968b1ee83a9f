#include "algorithms/parts/workers_and_server.hpp"

#include <array>
#include <utility>

namespace gossamer {

namespace {

/// The same while the server is down; nothing if it stays down.
Part<std::optional<Encoded>> from_server_when_back(Node& node) {
  const std::array<NodeId, 1> server{server_of(node)};
  while (true) {
    std::optional<Received> received = co_await node.receive_any(server);
    if (!received) co_return std::nullopt;
    if (received->event == Received::Event::message) co_return std::move(received->content);
    if (received->event == Received::Event::lost) node.send(server[0], request());
  }
}

}  // namespace

Part<std::optional<Encoded>> from_server(Node& node) {
  const NodeId server = server_of(node);
  std::optional<Encoded> message = co_await node.receive_encoded(server);
  while (!message) {
    // A server that is down misses the request, and answers it when it is back.
    node.send(server, request());
    if (node.detects_down(server)) {
      message = co_await from_server_when_back(node);
      if (!message) co_return std::nullopt;
    } else {
      message = co_await node.receive_encoded(server);
    }
  }
  if (is_farewell(*message)) co_return std::nullopt;
  co_return message;
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
      // A push and a request that are lost at once have one answer.
      Seconds& last = last_answers_.try_emplace(received->sender, Seconds{-1}).first->second;
      if (std::exchange(last, node_.now()) != node_.now()) answer_(received->sender);
    } else if (is_farewell(received->content)) {
      --left_;
    } else {
      co_return received;
    }
  }
  co_return std::nullopt;
}

}  // namespace gossamer
