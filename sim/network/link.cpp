#include "sim/network/link.hpp"

#include <bit>

namespace gossamer {
namespace {

Network::Collective ring(const MessageTime& message_time, NodeId nodes, Bytes size) {
  const double rounds = 2.0 * (nodes - 1);
  const double chunk = static_cast<double>(size) / nodes;
  return {.duration = rounds * message_time(chunk),
          .sent_by_each = static_cast<Bytes>(rounds * chunk),
          .messages_of_each = 2 * (nodes - 1),
          .algorithm = AllReduce::ring};
}

Network::Collective recursive_doubling(const MessageTime& message_time, NodeId nodes, Bytes size) {
  const auto n = static_cast<unsigned>(nodes);
  const int rounds = static_cast<int>(std::bit_width(n)) - 1 + (std::has_single_bit(n) ? 0 : 2);
  return {.duration = rounds * message_time(static_cast<double>(size)),
          .sent_by_each = rounds * size,
          .messages_of_each = rounds,
          .algorithm = AllReduce::recursive_doubling};
}

}  // namespace

Network::Collective all_reduce_cost(AllReduce algorithm, const MessageTime& message_time, NodeId nodes, Bytes size) {
  if (nodes == 1) return {.algorithm = algorithm};
  return algorithm == AllReduce::ring ? ring(message_time, nodes, size) : recursive_doubling(message_time, nodes, size);
}

Network::Collective all_reduce_cost(AllReduce algorithm, const Link& link, NodeId nodes, Bytes size) {
  return all_reduce_cost(
      algorithm, [link](double bytes) { return link.latency + Seconds{bytes / link.bandwidth}; }, nodes, size);
}

}  // namespace gossamer
