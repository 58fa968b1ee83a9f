#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/compute/step_times.hpp"
#include "sim/mpi/message.hpp"
#include "sim/node.hpp"
#include "sim/world/collective_play.hpp"
#include "sim/world/world.hpp"

namespace gossamer {

class Rank;

/// A node on a real rank: the words of `Node`, each of which becomes work or messages of its rank.
class RankNode final : public Node, private CollectivePlay::Sender {
 public:
  RankNode(Rank& rank, NodeId id, NodeId nodes, std::span<const NodeId> in, std::span<const NodeId> out)
      : Node{id, nodes, in, out}, rank_{&rank}, mailboxes_(in.size()) {}
  // Programs and all-reduces refer to it.
  RankNode(const RankNode&) = delete;
  RankNode& operator=(const RankNode&) = delete;

  double weight(NodeId j) const override;
  bool running() const override;
  Params initial_params() override;
  Bytes payload() const override;
  Encoded encode(const Codec& codec, const Params& x) override;
  Params decode(const Codec& codec, const Encoded& message, const Params& near) override;
  void report(const Params& x) override;
  NodeId random_neighbor() override;
  NodeId next_meeting() override;
  Draws draws(Purpose purpose) override;

 private:
  friend class Rank;

  /// How far something that this node has started is.
  enum class Stage : std::uint8_t { none, under_way, ready };

  std::shared_ptr<const Mixing> mixing(std::uint64_t round) const override;
  void start_gradient(const Params& x) override;
  void start_exchange(NodeId j, const Encoded& mine) override;
  void show(const Encoded& message) override;
  void start_read(NodeId j) override;
  void answer_by(std::function<Encoded(const Encoded& theirs)> handler) override;
  void post(NodeId j, const Encoded& message) override;
  void start_all_reduce(const Params& x) override;
  double evaluate(const SquaredNorm& question) override;
  void* take_frame(std::size_t bytes) override;
  bool wait(Wait what, NodeId peer) override;
  std::optional<Encoded> take(Wait what, NodeId peer) override;
  void send_part(const CollectivePlay::Part& part) override;

  bool is_there(Wait what, NodeId peer);
  std::size_t neighbor_index(NodeId from) const;
  std::deque<NodeMessage>& mailbox(NodeId from) { return mailboxes_[neighbor_index(from)]; }
  Encoded take_first(NodeId from);
  CollectivePlay& play(std::int64_t number);
  void take_part(NodeMessage message);
  void meet() {
    ++counters_.interactions;
    ++touched_;
  }
  /// The counters at an instant, the share of a gradient under way included.
  NodeCounters counters_at(Seconds now) const;

  Rank* rank_;
  std::vector<std::deque<NodeMessage>> mailboxes_;  ///< one for each in-neighbor, in their order
  std::vector<std::unique_ptr<std::byte[]>> frames_;
  Task task_;
  std::function<Encoded(const Encoded& theirs)> handler_;

  Wait waiting_ = Wait::nothing;
  NodeId waiting_for_ = 0;
  Stage gradient_ = Stage::none;
  Stage exchange_ = Stage::none;
  Stage read_ = Stage::none;
  Stage all_reduce_ = Stage::none;
  bool done_ = false;
  bool out_ = false;  ///< the program has ended or awaits everybody's end

  Seconds seen_{0};  ///< the latest time of all that has happened to this node

  Params gradient_result_;
  Seconds gradient_start_{0};
  Seconds gradient_due_{0};         ///< by the law of step times
  bool computing_ = false;          ///< the worker has the gradient under way
  bool overdue_ = false;            ///< the law's time is over, and the worker still computes
  std::optional<Encoded> answer_;   ///< to the exchange under way; empty if nothing came
  std::optional<Encoded> exposed_;  ///< to all who read it; its model at time zero where there is none
  NodeId read_from_ = 0;            ///< by the read under way
  std::uint16_t read_question_ = 0;
  Seconds read_sent_{0};  ///< when its request was sent
  Seconds read_at_{0};    ///< when its request was in
  MessageHeader::Fate request_fate_ = MessageHeader::Fate::open;
  std::optional<Encoded> found_;  ///< by it; empty if nothing came
  Params mean_;                   ///< of the all-reduce under way
  Params model_;                  ///< what was reported last
  std::uint64_t reports_ = 0;

  std::map<std::int64_t, CollectivePlay> plays_;  ///< by number: this node's next, or others' early parts
  std::int64_t all_reduces_ = 0;                  ///< that this node has started

  Averaged averaged_;
  NodeCounters counters_;
  std::uint64_t steps_started_ = 0;
  std::uint32_t choices_ = 0;
  std::uint32_t streams_ = 0;
  std::uint32_t encodings_ = 0;
  std::uint32_t touched_ = 0;  ///< exchanges that could have changed this node's model
  std::uint32_t touched_at_start_ = 0;
};

}  // namespace gossamer
