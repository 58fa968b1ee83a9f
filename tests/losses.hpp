#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "tests/silent_timeline.hpp"

namespace gossamer::testing {

/// A timeline that calls the functions that a test has set.
class Listener final : public SilentTimeline {
 public:
  std::function<void(const Message&)> on_sent = {};
  std::function<void(std::uint32_t)> on_delivered = {};
  std::function<void(std::uint32_t)> on_lost = {};
  std::function<void(NodeId)> on_gradient_ended = {};

  void sent(Seconds, const Message& message) override {
    if (on_sent) on_sent(message);
  }
  void delivered(Seconds, std::uint32_t number) override {
    if (on_delivered) on_delivered(number);
  }
  void lost(Seconds, std::uint32_t number, MessageFate) override {
    if (on_lost) on_lost(number);
  }
  void gradient_ended(Seconds, NodeId node) override {
    if (on_gradient_ended) on_gradient_ended(node);
  }
};

/// The lost messages of a run, by sender, receiver and their number among the messages of the pair, from 0.
class Losses {
 public:
  Losses() {
    listener_.on_sent = [this](const Timeline::Message& message) {
      auto& of_pair = messages_[{message.from, message.to}];
      in_flight_[message.number] = {{message.from, message.to}, of_pair.size()};
      of_pair.push_back(false);
    };
    listener_.on_lost = [this](std::uint32_t number) {
      const auto& [pair, place] = in_flight_.at(number);
      messages_[pair][place] = true;
      ++count_;
    };
  }
  Losses(const Losses&) = delete;
  Losses& operator=(const Losses&) = delete;

  Timeline& timeline() { return listener_; }

  bool lost(NodeId from, NodeId to, int number) const {
    const auto pair = messages_.find({from, to});
    return pair != messages_.end() && pair->second.at(static_cast<std::size_t>(number));
  }
  int count() const { return count_; }

 private:
  using Pair = std::pair<NodeId, NodeId>;

  Listener listener_;
  std::map<Pair, std::vector<bool>> messages_;
  std::map<std::uint32_t, std::pair<Pair, std::size_t>> in_flight_;
  int count_ = 0;
};

}  // namespace gossamer::testing
