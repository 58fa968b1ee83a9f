#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "sim/node.hpp"
#include "sim/numerics/data_plane.hpp"

/// The messages of an all-gather on real ranks: each node's message is in a slot of its own, and all slots have the same
/// size.
namespace gossamer {

/// The slots of `nodes` nodes, all empty but that of the member. `plane` may be null.
std::vector<std::byte> gathered_slots(DataPlane* plane, const Encoded& message, NodeId member, NodeId nodes);

/// The messages in the slots, of nodes from `first` on. `size` is what the network charges for each.
std::shared_ptr<const Gathered> gathered_of(DataPlane* plane, std::span<const std::byte> slots, NodeId first,
                                            NodeId nodes, Bytes size);

}  // namespace gossamer
