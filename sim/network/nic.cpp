#include "sim/network/nic.hpp"

namespace gossamer {

NicNetwork::NicNetwork(Nic settings, NodeId nodes)
    : link_{settings.latency, settings.bandwidth},
      nodes_{nodes},
      algorithm_{settings.all_reduce},
      cards_{link_, nodes} {}

void NicNetwork::send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) {
  if (flights_.size() <= message) flights_.resize(message + 1);
  flights_[message] = {to, size};
  courier.wake_at(cards_.first_byte(now, from, size, Side::active), message);
}

void NicNetwork::wake(Seconds now, std::uint32_t token, Courier& courier) {
  const Flight& flight = flights_[token];
  courier.deliver_at(cards_.arrival(now, flight.to, flight.size, Side::active), token);
}

}  // namespace gossamer
