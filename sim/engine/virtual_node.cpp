#include <algorithm>
#include <cassert>
#include <stdexcept>

#include <fmt/format.h>

#include "sim/engine/world.hpp"

namespace gossamer {

double VirtualNode::weight(NodeId j) const { return world_->setup_.mixing.weight(id(), j); }

std::shared_ptr<const Mixing> VirtualNode::mixing(std::uint64_t round) const {
  return mixing_of_round(world_->setup_.mixing, world_->setup_.schedule, round);
}

bool VirtualNode::running() const {
  const auto& limit = world_->limits_.node_steps;
  return (!limit || steps_started_ < *limit) && world_->meetings_.any_left(id());
}

Params VirtualNode::initial_params() {
  if (!world_->setup_.plane) return {};
  Params x = world_->first_params(id());
  report(x);
  return x;
}

void VirtualNode::report(const Params& x) {
  if (!x) return;
  world_->models_[static_cast<std::size_t>(id())] = x;
  ++world_->reports_;
  world_->note_change();
}

void* VirtualNode::take_frame(std::size_t bytes) { return world_->frames_.take(bytes); }

NodeId VirtualNode::random_neighbor() {
  if (const auto given = world_->meetings_.next_initiated(id())) return *given;
  return gossamer::random_neighbor(id(), neighbors(), {world_->setup_.seed, Purpose::neighbor, id(), choices_++});
}

NodeId VirtualNode::next_meeting() { return world_->meetings_.next(id()); }

Draws VirtualNode::draws(Purpose purpose) { return {world_->setup_.seed, purpose, id(), streams_++}; }

double VirtualNode::evaluate(const SquaredNorm& question) {
  if (!world_->setup_.plane)
    throw std::logic_error{
        "this algorithm decides by the value of a model, which a run without numerics does not have"};
  return world_->setup_.plane->squared_norm(question.sum);
}

Bytes VirtualNode::payload() const { return world_->setup_.payload; }

Encoded VirtualNode::encode(const Codec& codec, const Params& x) {
  return encoded_by(codec, x, {world_->setup_.seed, Purpose::encoding, id(), encodings_++}, world_->setup_.plane,
                    payload());
}

Params VirtualNode::decode(const Codec& codec, const Encoded& message, const Params& near) {
  if (!message.vector || !message.vector.version()->encoded) return message.vector;
  return world_->setup_.plane->decode(codec, message.vector, near);
}

void VirtualNode::answer_by(std::function<Encoded(const Encoded& theirs)> handler) {
  handler_ = std::move(handler);
  world_->note_handler();
  world_->answer_waiting(*this);
}

void VirtualNode::post(NodeId j, const Encoded& message) { world_->send(id(), j, Message::Kind::model, message); }

void VirtualNode::start_gradient(const Params& x) {
  assert(gradient_ == Stage::none && "a node computes one gradient at a time");
  gradient_ = Stage::under_way;
  gradient_at_ = x;
  gradient_start_ = world_->now_;
  if (Timeline* const timeline = world_->setup_.timeline) timeline->gradient_started(world_->now_, id());
  touched_at_start_ = touched_;
  const Seconds start = world_->gradient_start(*this);
  const std::uint64_t step = steps_started_++;
  const Seconds duration = world_->setup_.step_times.duration(id(), step, start);
  world_->schedule_gradient(start + duration + world_->averaging(*this, step), *this);
}

void VirtualNode::start_exchange(NodeId j, const Encoded& mine) {
  assert(exchange_ == Stage::none && "a node has one exchange under way at a time");
  exchange_ = Stage::under_way;
  world_->send(id(), j, Message::Kind::request, mine, world_->next_question(*this, j));
}

void VirtualNode::start_all_reduce(const Params& x) {
  assert(all_reduce_ == Stage::none && "a node has one all-reduce under way at a time");
  all_reduce_ = Stage::under_way;
  world_->join_all_reduce(*this, x);
}

void VirtualNode::show(const Encoded& message) { world_->view(id()).exposed = message; }

void VirtualNode::start_read(NodeId j) {
  assert(read_ == Stage::none && "a node has one read under way at a time");
  neighbor_index(j);
  read_ = Stage::under_way;
  world_->start_read(*this, j);
}

/// Where that node stands among those whose messages come here. Throws where it is no neighbor, which only a faulty
/// algorithm asks for.
std::size_t VirtualNode::neighbor_index(NodeId from) const {
  const auto neighbors = in_neighbors();
  const auto found = std::lower_bound(neighbors.begin(), neighbors.end(), from);
  if (found == neighbors.end() || *found != from)
    throw std::logic_error{fmt::format("node {} deals with node {}, which is no neighbor", id(), from)};
  return static_cast<std::size_t>(found - neighbors.begin());
}

Encoded VirtualNode::pop(NodeId from) {
  Message message = mailbox(from).pop(world_->messages_);
  return take_content(message);
}

bool VirtualNode::is_there(Wait what, NodeId peer) {
  if (world_->faults_ && (what == Wait::message || what == Wait::exchange))
    return world_->is_there_despite_faults(*this, what, peer);
  switch (what) {
    case Wait::gradient:
      return gradient_ == Stage::ready;
    case Wait::message:
      return !mailbox(peer).empty();
    case Wait::exchange: {
      if (exchange_ == Stage::ready) return true;
      const Mailbox& box = mailbox(peer);
      return !box.empty() && world_->messages_[box.first()].kind == Message::Kind::request;
    }
    case Wait::read:
      return read_ == Stage::ready;
    case Wait::all_reduce:
      return all_reduce_ == Stage::ready;
    default:
      return false;
  }
}

bool VirtualNode::wait(Wait what, NodeId peer) {
  if (is_there(what, peer)) return false;
  waiting_ = what;
  waiting_for_ = peer;
  if (Timeline* const timeline = world_->setup_.timeline) timeline->waits(world_->now_, id(), what, peer);
  if (what == Wait::all_done) world_->count_out(*this);
  return true;
}

std::optional<Encoded> VirtualNode::take(Wait what, NodeId peer) {
  switch (what) {
    case Wait::gradient: {
      gradient_ = Stage::none;
      const Params x = std::move(gradient_at_);
      return Encoded{x ? world_->setup_.plane->gradient(id(), counters_.node_steps - 1, x) : Params{}};
    }
    case Wait::message:
      return world_->faults_ ? world_->take_despite_faults(*this, what, peer) : pop(peer);
    case Wait::exchange:
      if (exchange_ == Stage::ready) {
        exchange_ = Stage::none;
        return std::move(answer_);
      }
      exchange_ = Stage::none;
      if (world_->faults_) return world_->take_despite_faults(*this, what, peer);
      meet();
      return pop(peer);
    case Wait::read:
      read_ = Stage::none;
      return std::move(world_->view(id()).read);
    case Wait::all_reduce:
      all_reduce_ = Stage::none;
      return Encoded{std::move(mean_)};
    default:
      return std::nullopt;
  }
}

}  // namespace gossamer
