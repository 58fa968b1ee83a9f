#include <algorithm>
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

/// Schedules a recheck at the earliest time at which a waiting node detects that a peer is down.
void Rank::watch(const WorldNode& node) {
  const auto& detection = setup_.faults->detection;
  if (!detection) return;
  const auto watch_peer = [&](NodeId peer) {
    const Outage* const outage = faults_->outages().ending_after(peer, now_);
    if (!outage || outage->from + *detection <= now_) return;  // never detected, or detected already
    schedule_fault(outage->from + *detection, node.id(), {.kind = FaultEvent::Kind::recheck});
  };
  if (node.waiting == Wait::message || node.waiting == Wait::exchange) watch_peer(node.waiting_for);
  if (node.waiting == Wait::any_message) watch_senders(node);
}

/// The same for a node that waits for any of several senders: one recheck at a time, at the next instant at which one of
/// them is detected to be down, or at which an outage ends behind which there may be another one.
void Rank::watch_senders(const WorldNode& node) {
  Seconds next = Reception::never;
  for (const NodeId sender : reception(node).senders) {
    const Outage* const outage = faults_->outages().ending_after(sender, now_);
    if (!outage) continue;
    const Seconds detected = outage->from + *setup_.faults->detection;
    next = std::min(next, detected > now_ ? detected : outage->until);
  }
  Seconds& pending = rechecks_[node.id()];
  if (next == Reception::never || (pending > now_ && pending <= next)) return;
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
