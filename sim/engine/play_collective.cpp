#include "sim/engine/play_collective.hpp"

#include <limits>
#include <tuple>
#include <utility>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/event_word.hpp"
#include "sim/world/message.hpp"
#include "sim/world/played_collective.hpp"

namespace gossamer {
namespace {

/// A cluster that plays one collective and nothing else.
class LoneCollective final : public Scheduler, private PlayedCollective::Carrier {
 public:
  LoneCollective(const CollectiveAlgorithm& algorithm, const Group& group, Network& network, Bytes payload)
      : collective_{{.algorithm = algorithm, .group = group, .payload = payload}, *this},
        network_{network},
        ends_(static_cast<std::size_t>(group.nodes), Seconds{std::numeric_limits<double>::infinity()}) {}

  std::vector<Seconds> run(const std::vector<Seconds>& starts, Seconds until) {
    for (std::size_t i = 0; i < starts.size(); ++i) schedule(starts[i], Kind::start, static_cast<std::uint32_t>(i));
    while (!queue_.empty()) {
      const Event event = queue_.pop();
      const EventWord word = EventWord::unpack(event.what);
      const Seconds time{event.time};
      if (time > until) break;
      if (word.kind == Kind::wake && !network_.awaits(time, word.token)) continue;
      now_ = time;
      handle(word);
    }
    return std::move(ends_);
  }

  void wake_at(Seconds at, std::uint32_t token) override { schedule(at, Kind::wake, token); }
  void deliver_at(Seconds at, MessageId message) override { schedule(at, Kind::deliver, message); }

 private:
  using Kind = EventWord::Kind;

  void schedule(Seconds at, Kind kind, std::uint32_t token) {
    queue_.push(at, EventWord{.kind = kind, .node = 0, .token = token}.pack());
  }

  void handle(EventWord word) {
    if (word.kind == Kind::start) {
      const auto node = static_cast<NodeId>(word.token);
      note(node, collective_.join(node, 0, {}).has_value());
    } else if (word.kind == Kind::wake) {
      network_.wake(now_, word.token, *this);
    } else if (word.kind == Kind::deliver) {
      const Message part = messages_.take(word.token);
      note(part.to, collective_.take(part, {}).has_value());
    }
  }

  void note(NodeId node, bool over) {
    if (over) ends_[static_cast<std::size_t>(node)] = now_;
  }

  void carry_part(Message part, Packet) override {
    const auto [from, to, size] = std::tuple{part.from, part.to, part.size};
    network_.send(now_, messages_.add(std::move(part)), from, to, size, *this);
  }

  PlayedCollective collective_;
  Network& network_;
  std::vector<Seconds> ends_;
  MessagePool messages_;
  EventQueue queue_;
  Seconds now_{0};
};

}  // namespace

std::vector<Seconds> play_collective(const CollectiveAlgorithm& algorithm, const Group& group, Network& network,
                                     Bytes payload, const std::vector<Seconds>& starts, Seconds until) {
  return LoneCollective{algorithm, group, network, payload}.run(starts, until);
}

}  // namespace gossamer
