#include "sim/mpi/rank_node.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "sim/mpi/rank.hpp"

namespace gossamer {

double RankNode::weight(NodeId j) const { return rank_->setup().mixing.weight(id(), j); }

std::shared_ptr<const Mixing> RankNode::mixing(std::uint64_t round) const {
  return mixing_of_round(rank_->setup().mixing, rank_->setup().schedule, round);
}

bool RankNode::running() const {
  const auto& limit = rank_->limits().node_steps;
  return (!limit || steps_started_ < *limit) && rank_->meetings().any_left(id());
}

Params RankNode::initial_params() {
  if (!rank_->setup().plane) return {};
  Params x = rank_->first_params(id());
  report(x);
  return x;
}

void RankNode::report(const Params& x) {
  if (!x) return;
  model_ = x;
  ++reports_;
}

void* RankNode::take_frame(std::size_t bytes) {
  return frames_.emplace_back(std::make_unique<std::byte[]>(bytes)).get();
}

NodeId RankNode::random_neighbor() {
  if (const auto given = rank_->meetings().next_initiated(id())) return *given;
  return gossamer::random_neighbor(id(), neighbors(), {rank_->setup().seed, Purpose::neighbor, id(), choices_++});
}

NodeId RankNode::next_meeting() { return rank_->meetings().next(id()); }

Draws RankNode::draws(Purpose purpose) { return {rank_->setup().seed, purpose, id(), streams_++}; }

double RankNode::evaluate(const SquaredNorm& question) {
  if (!rank_->setup().plane)
    throw std::logic_error{
        "this algorithm decides by the value of a model, which a run without numerics does not have"};
  return rank_->setup().plane->squared_norm(question.sum);
}

Bytes RankNode::payload() const { return rank_->setup().payload; }

Encoded RankNode::encode(const Codec& codec, const Params& x) {
  return encoded_by(codec, x, {rank_->setup().seed, Purpose::encoding, id(), encodings_++}, rank_->setup().plane,
                    payload());
}

Params RankNode::decode(const Codec& codec, const Encoded& message, const Params& near) {
  if (!message.vector || !message.vector.version()->encoded) return message.vector;
  return rank_->setup().plane->decode(codec, message.vector, near);
}

void RankNode::post(NodeId j, const Encoded& message) { rank_->send(id(), j, MessageHeader::Kind::model, message); }

void RankNode::start_gradient(const Params& x) {
  assert(gradient_ == Stage::none && "a node computes one gradient at a time");
  gradient_ = Stage::under_way;
  gradient_start_ = rank_->now();
  touched_at_start_ = touched_;
  rank_->compute(*this, steps_started_++, x);
}

void RankNode::start_exchange(NodeId j, const Encoded& mine) {
  assert(exchange_ == Stage::none && "a node has one exchange under way at a time");
  exchange_ = Stage::under_way;
  rank_->send(id(), j, MessageHeader::Kind::request, mine, rank_->next_question(*this, j));
}

void RankNode::answer_by(std::function<Encoded(const Encoded& theirs)> handler) {
  handler_ = std::move(handler);
  rank_->note_handler();
  rank_->answer_waiting(*this);
}

void RankNode::show(const Encoded& message) {
  exposed_ = message;
  rank_->show(*this);
}

void RankNode::start_read(NodeId j) {
  assert(read_ == Stage::none && "a node has one read under way at a time");
  neighbor_index(j);
  read_ = Stage::under_way;
  read_from_ = j;
  read_sent_ = rank_->now();
  request_fate_ = MessageHeader::Fate::open;
  read_question_ = rank_->next_question(*this, j);
  rank_->start_read(*this);
}

void RankNode::start_all_reduce(const Params& x) {
  assert(all_reduce_ == Stage::none && "a node has one all-reduce under way at a time");
  const Faults* const faults = rank_->setup().faults;
  if (faults && !faults->outages.empty())
    throw MpiError{"on real ranks an all-reduce needs every node, and here some may be down; run it in virtual time"};
  all_reduce_ = Stage::under_way;
  rank_->join_all_reduce(*this, all_reduces_++, x);
}

// ---------------------------------------------------------------------------------------------------------------------
// All-reduces, message by message.

CollectivePlay& RankNode::play(std::int64_t number) {
  const auto found = plays_.find(number);
  return found != plays_.end() ? found->second : plays_.emplace(number, rank_->make_play(id())).first->second;
}

void RankNode::send_part(const CollectivePlay::Part& part) { rank_->send(id(), all_reduces_ - 1, part); }

/// A part of the all-reduce that this node is in, or of a later one: then it only waits.
void RankNode::take_part(NodeMessage message) {
  const std::int64_t number = message.header.all_reduce;
  CollectivePlay& played = play(number);
  played.take({.from = message.header.from,
               .step = message.header.step,
               .memory = std::move(message.packet),
               .begin = sizeof(MessageHeader),
               .size = static_cast<std::size_t>(message.header.values)},
              *this);
  if (played.over()) rank_->end_all_reduce(*this, number, played.result());
}

// ---------------------------------------------------------------------------------------------------------------------
// Waiting.

/// Where that node stands among those whose messages come here. Throws where it is no neighbor, which only a faulty
/// algorithm asks for.
std::size_t RankNode::neighbor_index(NodeId from) const {
  const auto neighbors = in_neighbors();
  const auto found = std::lower_bound(neighbors.begin(), neighbors.end(), from);
  if (found == neighbors.end() || *found != from)
    throw std::logic_error{fmt::format("node {} deals with node {}, which is no neighbor", id(), from)};
  return static_cast<std::size_t>(found - neighbors.begin());
}

Encoded RankNode::take_first(NodeId from) {
  auto& box = mailbox(from);
  Encoded taken = take_content(box.front());
  box.pop_front();
  return taken;
}

bool RankNode::is_there(Wait what, NodeId peer) {
  if (rank_->faulty() && (what == Wait::message || what == Wait::exchange))
    return rank_->is_there_despite_faults(*this, what, peer);
  switch (what) {
    case Wait::gradient:
      return gradient_ == Stage::ready;
    case Wait::message:
      return !mailbox(peer).empty();
    case Wait::exchange: {
      if (exchange_ == Stage::ready) return true;
      const auto& box = mailbox(peer);
      return !box.empty() && box.front().header.kind == MessageHeader::Kind::request;
    }
    case Wait::read:
      return read_ == Stage::ready;
    case Wait::all_reduce:
      return all_reduce_ == Stage::ready;
    default:
      return false;
  }
}

bool RankNode::wait(Wait what, NodeId peer) {
  if (is_there(what, peer) || rank_->has_ended(what)) return false;
  waiting_ = what;
  waiting_for_ = peer;
  if (what == Wait::all_done) rank_->count_out(*this);
  if (rank_->faulty()) rank_->watch(*this);
  return true;
}

std::optional<Encoded> RankNode::take(Wait what, NodeId peer) {
  switch (what) {
    case Wait::gradient:
      gradient_ = Stage::none;
      return Encoded{std::move(gradient_result_)};
    case Wait::message:
      return rank_->faulty() ? rank_->take_despite_faults(*this, what, peer) : take_first(peer);
    case Wait::exchange:
      if (std::exchange(exchange_, Stage::none) == Stage::ready) return std::move(answer_);
      if (rank_->faulty()) return rank_->take_despite_faults(*this, what, peer);
      meet();
      return take_first(peer);
    case Wait::read:
      read_ = Stage::none;
      return std::move(found_);
    case Wait::all_reduce:
      all_reduce_ = Stage::none;
      return Encoded{std::move(mean_)};
    default:
      return std::nullopt;
  }
}

NodeCounters RankNode::counters_at(Seconds now) const {
  NodeCounters counters = counters_;
  if (gradient_ == Stage::under_way) counters.computing += std::max(now - gradient_start_, Seconds{0});
  return counters;
}

}  // namespace gossamer
