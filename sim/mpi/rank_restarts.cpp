#include <algorithm>
#include <utility>

#include "sim/faults/restart.hpp"
#include "sim/mpi/rank_faults.hpp"

// Programs that start after time zero. See sim/faults/faults.md.
namespace gossamer {

/// From its model at time zero, or from that of a neighbor, which takes a message.
void Rank::start_anew(RankNode& node) {
  FaultState::NodeState& state = faults_->node(node.id());
  const auto giver = giver_of_state(faults_->faults, faults_->outages, node.in_neighbors(),
                                    {.node = node.id(), .next_outage = state.outage, .now = now_}, setup_.seed);
  state.awaits_state = giver.has_value();
  if (!giver) return start_program(node, {});
  node.waiting_ = Wait::state;
  node.waiting_for_ = *giver;
  notify(MessageHeader::Kind::state_wanted, node.id(), *giver, next_question(node, *giver), now_);
}

void Rank::start_program(RankNode& node, Params model) {
  FaultState::NodeState& state = faults_->node(node.id());
  state.awaits_state = false;
  state.state = std::move(model);
  state.started = true;
  node.task_ = faults_->program(node);
  resume(node);
}

/// Sends what the node has reported, as soon as it is asked for.
void Rank::give_state(const MessageHeader& header) {
  const RankNode& giver = node(header.to);
  const FaultState::NodeState& state = faults_->node(giver.id());
  Params model = state.started && !state.awaits_state ? giver.model_ : Params{};
  if (!model && setup_.plane) model = setup_.plane->initial_params(giver.id());
  const Seconds now = std::exchange(now_, std::max(header.first_byte, giver.seen_));
  send(giver.id(), header.from, MessageHeader::Kind::state, {std::move(model), setup_.payload}, header.question);
  now_ = now;
}

Params Rank::first_params(NodeId i) {
  if (faults_ && faults_->node(i).state) return faults_->node(i).state;
  return setup_.plane->initial_params(i);
}

}  // namespace gossamer
