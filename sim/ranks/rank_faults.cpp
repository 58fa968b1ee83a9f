#include <algorithm>
#include <span>
#include <utility>

#include "sim/ranks/rank.hpp"

// The part of faults that real ranks add to the rules: notices between ranks, and detection of nodes that are down.
namespace gossamer {

using Notice = MessageHeader::Notice;

/// Informs a node. Takes no part in the network.
void Rank::notify(MessageHeader header, Notice notice, Seconds due) {
  header.notice = notice;
  header.due = due;
  if (hosts(header.to)) return handle_notice(header);
  Packet packet = packet_with_header({});
  write_header(packet, header);
  transport_.send(blocks_.host(header.to), std::move(packet));
}

void Rank::handle_notice(const MessageHeader& header) {
  if (header.notice == Notice::state_wanted) {
    const Seconds now = std::exchange(now_, std::max(header.due, local(node(header.to)).seen));
    faults_->send_state(header.to, header.from, header.request);
    now_ = now;
    return;
  }
  if (header.notice == Notice::returned) returned_[mailbox_number(node(header.to), header.from)] = header.due;
  ++fault_items_;
  agenda_.put(header.due, Kind::fault, header.to, header.fault.pack());
}

void Rank::schedule_fault(Seconds at, NodeId node, FaultEvent event) {
  notify({.to = node, .fault = event}, Notice::fault, at);
}

void Rank::request_state(NodeId node, NodeId donor, std::uint16_t request) {
  notify({.from = node, .to = donor, .request = request}, Notice::state_wanted, now_);
}

void Rank::program_returned(const WorldNode& node) {
  if (!setup_.faults->detection) return;
  for (const NodeId i : node.out_neighbors())
    notify({.from = node.id(), .to = i}, Notice::returned, now_ + *setup_.faults->detection);
}

void Rank::state_lost(WorldNode& node) {
  drop_job(node);
  if (window_) window_->expose(node.id(), {.size = setup_.payload});
}

/// Schedules a recheck of a node that waits for messages of some peers: at the next instant at which one of them is
/// detected to be down, or at which its outage ends, after which there may be another one. A node has one recheck at a
/// time.
void Rank::watch(const WorldNode& node) {
  const auto& detection = setup_.faults->detection;
  if (!detection) return;
  std::span<const NodeId> peers;
  if (node.waiting == Wait::message || node.waiting == Wait::exchange) peers = {&node.waiting_for, 1};
  if (node.waiting == Wait::any_message) peers = reception(node).senders;
  Seconds next = Reception::never;
  for (const NodeId peer : peers) {
    const Outage* const outage = faults_->outages().ending_after(peer, now_);
    if (!outage) continue;
    const Seconds detected = outage->from + *detection;
    next = std::min(next, detected > now_ ? detected : outage->until);
  }
  if (next == Reception::never) return;
  Seconds& pending = rechecks_[node.id()];
  if (pending > now_ && pending <= next) return;
  pending = next;
  schedule_fault(next, node.id(), {.kind = FaultEvent::Kind::recheck});
}

bool Rank::has_detected_down(const WorldNode& node, NodeId peer) {
  const auto& detection = setup_.faults->detection;
  if (!detection) return false;
  if (now_ >= returned_[mailbox_number(node, peer)]) return true;
  const Outage* const outage = faults_->outages().at(peer, now_);
  return outage && now_ >= outage->from + *detection;
}

}  // namespace gossamer
