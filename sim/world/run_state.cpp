#include "sim/world/run_state.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gossamer {

NodeCounters& NodeCounters::operator+=(const NodeCounters& other) {
  node_steps += other.node_steps;
  interactions += other.interactions;
  sent_messages += other.sent_messages;
  received_messages += other.received_messages;
  sent_bytes += other.sent_bytes;
  received_bytes += other.received_bytes;
  computing += other.computing;
  wasted += other.wasted;
  given_up += other.given_up;
  staleness_sum += other.staleness_sum;
  staleness_max = std::max(staleness_max, other.staleness_max);
  return *this;
}

FaultCounters& FaultCounters::operator+=(const FaultCounters& other) {
  outages += other.outages;
  down += other.down;
  lost_messages += other.lost_messages;
  corrupted_messages += other.corrupted_messages;
  retransmitted_messages += other.retransmitted_messages;
  retransmitted_bytes += other.retransmitted_bytes;
  return *this;
}

std::vector<Params> Snapshot::living_models(NodeId nodes) const {
  std::vector<Params> result;
  if (models.empty()) return result;
  for (const NodeId i : living)
    if (i < nodes) result.push_back(models[static_cast<std::size_t>(i)]);
  return result;
}

namespace {

/// A sentence about a node that waits for ever.
std::string wait_of(const Drained::Node& node) {
  static constexpr const char* things[] = {"nothing",           "its gradient", "a message from",
                                           "an exchange with",  "a read of",    "an all-reduce",
                                           "the end of all",    "the model of", "a message from any of several nodes",
                                           "the end of a sleep"};
  const Wait what = node.waiting;
  std::string sentence = fmt::format("node {} waits for {}", node.id, things[static_cast<std::size_t>(what)]);
  const bool of_peer = what == Wait::message || what == Wait::exchange || what == Wait::read || what == Wait::state;
  return of_peer ? fmt::format("{} node {}", sentence, node.waiting_for) : sentence;
}

}  // namespace

void Drained::add(const Node& node) {
  if (node.done) {
    ++returned_;
    early_ += node.node_steps > 0 && node.node_steps < limits_.node_steps.value_or(0) ? 1 : 0;
  } else if (node.down) {
    append(fmt::format("node {} is down", node.id));
  } else {
    ++waiting_;
    append(wait_of(node));
  }
}

End::Reason Drained::reason() const {
  if (waiting_ > 0 || returned_ == 0) return End::Reason::stuck;
  return limits_.node_steps && early_ == 0 ? End::Reason::node_steps : End::Reason::finished;
}

void Drained::append(const std::string& sentence) {
  constexpr int most = 5;
  if (listed_ > most) return;
  const bool too_many = listed_++ == most;
  waits_ += waits_.empty() ? "" : ", ";
  waits_ += too_many ? "…" : sentence;
}

namespace {

/// The charged bytes of a code of `written` bytes, if the longest code has `most` bytes and is charged `most_charged`:
/// in proportion, rounded up to whole bytes.
Bytes charged(Bytes written, Bytes most, Bytes most_charged) {
  if (most == most_charged) return written;
  if (written == most) return most_charged;
  const double exact = static_cast<double>(most_charged) * static_cast<double>(written) / static_cast<double>(most);
  return static_cast<Bytes>(std::ceil(exact));
}

}  // namespace

Encoded encoded_by(const Codec& codec, const Params& x, const Draws& draws, DataPlane* plane, Bytes payload) {
  const Bytes most = codec.most_bytes(coordinates_of(payload));
  if (!plane) return {.vector = {}, .size = most};
  Params message = plane->encode(codec, x, draws);
  if (codec.same_size()) return {std::move(message), most};
  const Bytes written = plane->encoded_size(message);
  return {std::move(message), charged(written, codec.most_bytes(plane->dimension()), most)};
}

}  // namespace gossamer
