#include "sim/engine/play_collective.hpp"

#include <limits>
#include <utility>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/event_word.hpp"
#include "sim/world/collective_play.hpp"
#include "sim/world/message.hpp"

namespace gossamer {
namespace {

/// A cluster that plays one collective and nothing else.
class Stage final : public Courier {
 public:
  Stage(const CollectiveAlgorithm& algorithm, const Group& group, Network& network, Bytes payload)
      : network_{network},
        ends_(static_cast<std::size_t>(group.nodes), Seconds{std::numeric_limits<double>::infinity()}) {
    plays_.reserve(ends_.size());
    for (NodeId i = 0; i < group.nodes; ++i)
      plays_.emplace_back(algorithm.schedule(i, group),
                          CollectivePlay::Setup{.node = i, .nodes = group.nodes, .payload = payload, .plane = nullptr});
  }

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

  class PartSender final : public CollectivePlay::Sender {
   public:
    PartSender(Stage& stage, NodeId from) : stage_{stage}, from_{from} {}

    void send_part(const CollectivePlay::Part& part) override {
      const MessageId id = stage_.messages_.add({.content = {},
                                                 .from = from_,
                                                 .to = part.to,
                                                 .size = part.size,
                                                 .next = static_cast<MessageId>(part.step),
                                                 .kind = Message::Kind::part});
      stage_.network_.send(stage_.now_, id, from_, part.to, part.size, stage_);
    }

   private:
    Stage& stage_;
    NodeId from_;
  };

  void schedule(Seconds at, Kind kind, std::uint32_t token) {
    queue_.push(at, EventWord{.kind = kind, .node = 0, .token = token}.pack());
  }

  void handle(EventWord word) {
    if (word.kind == Kind::start) join(static_cast<NodeId>(word.token));
    if (word.kind == Kind::wake) network_.wake(now_, word.token, *this);
    if (word.kind == Kind::deliver) take(word.token);
  }

  void join(NodeId node) {
    PartSender sender{*this, node};
    plays_[static_cast<std::size_t>(node)].join({}, sender);
    look(node);
  }

  void take(MessageId id) {
    const NodeId from = messages_[id].from, to = messages_[id].to;
    const auto step = static_cast<std::int32_t>(messages_[id].next);
    messages_.remove(id);
    PartSender sender{*this, to};
    plays_[static_cast<std::size_t>(to)].take({.from = from, .step = step}, sender);
    look(to);
  }

  void look(NodeId node) {
    const auto i = static_cast<std::size_t>(node);
    if (plays_[i].over()) ends_[i] = now_;
  }

  Network& network_;
  std::vector<CollectivePlay> plays_;  ///< by node
  std::vector<Seconds> ends_;
  MessagePool messages_;
  EventQueue queue_;
  Seconds now_{0};
};

}  // namespace

std::vector<Seconds> play_collective(const CollectiveAlgorithm& algorithm, const Group& group, Network& network,
                                     Bytes payload, const std::vector<Seconds>& starts, Seconds until) {
  return Stage{algorithm, group, network, payload}.run(starts, until);
}

}  // namespace gossamer
