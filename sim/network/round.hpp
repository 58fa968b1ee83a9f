#pragma once
#include <optional>

#include "sim/network/link.hpp"
#include "sim/network/platform.hpp"

namespace gossamer {

/// The slowest message of any round of an all-reduce: the largest latency of all messages, and the least bandwidth,
/// where a link that k messages of a round cross gives each a k-th. None where no messages are sent.
std::optional<Link> slowest_message(const Platform& platform, AllReduce algorithm, NodeId nodes);

}  // namespace gossamer
