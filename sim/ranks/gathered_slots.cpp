#include "sim/ranks/gathered_slots.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "sim/numerics/encoded_vector.hpp"

namespace gossamer {
namespace {

struct SlotHead {
  double weight = 1;
  std::int64_t bytes = 0;  ///< that follow
  std::int64_t encoded = 0;
};

std::size_t room_of(const Params& vector, std::span<const std::byte> bytes) {
  return vector && vector.version()->encoded ? static_cast<std::size_t>(head_of(bytes.data()).room) : bytes.size();
}

}  // namespace

std::vector<std::byte> gathered_slots(DataPlane* plane, const Encoded& message, NodeId member, NodeId nodes) {
  const Params& vector = message.vector;
  const bool encoded = vector && vector.version()->encoded;
  std::span<const std::byte> bytes;
  if (vector) bytes = encoded ? plane->encoded(vector) : plane->bytes(vector);
  const std::size_t slot = sizeof(SlotHead) + room_of(vector, bytes);
  std::vector<std::byte> slots(static_cast<std::size_t>(nodes) * slot);
  const SlotHead head{
      .weight = message.weight, .bytes = static_cast<std::int64_t>(bytes.size()), .encoded = encoded ? 1 : 0};
  std::byte* const own = slots.data() + static_cast<std::size_t>(member) * slot;
  std::memcpy(own, &head, sizeof head);
  std::copy(bytes.begin(), bytes.end(), own + sizeof head);
  return slots;
}

std::shared_ptr<const Gathered> gathered_of(DataPlane* plane, std::span<const std::byte> slots, NodeId first,
                                            NodeId nodes, Bytes size) {
  const std::size_t slot = slots.size() / static_cast<std::size_t>(nodes);
  std::vector<Received> messages;
  for (NodeId member = 0; member < nodes; ++member) {
    const auto own = slots.subspan(static_cast<std::size_t>(member) * slot, slot);
    SlotHead head;
    std::memcpy(&head, own.data(), sizeof head);
    const auto bytes = own.subspan(sizeof head, static_cast<std::size_t>(head.bytes));
    Params vector;
    if (!bytes.empty()) vector = head.encoded != 0 ? plane->adopt_encoded(bytes) : plane->adopt(bytes);
    messages.push_back(
        {.sender = first + member, .content = {.vector = std::move(vector), .size = size, .weight = head.weight}});
  }
  return std::make_shared<const Gathered>(std::move(messages));
}

}  // namespace gossamer
