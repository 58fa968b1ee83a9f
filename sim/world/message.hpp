#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/node.hpp"
#include "sim/numerics/huge_pages.hpp"
#include "sim/numerics/params.hpp"
#include "sim/world/timeline.hpp"

namespace gossamer {

/// A message between two nodes: a reference to a model or to an encoded model, never a copy.
struct Message {
  using Kind = MessageKind;
  static constexpr MessageId none = ~MessageId{0};

  Params content;
  NodeId from = 0;
  NodeId to = 0;
  Bytes size = 0;
  double weight = 1;
  MessageId next = none;  ///< the following message in the same mailbox; of a part, its step
  Kind kind = Kind::model;
  std::uint8_t turn = 0;      ///< of a part: its all-reduce, modulo 2
  bool noticed = false;       ///< noticed by the receiver, or due to be at a known time
  bool is_next = false;       ///< all earlier messages between the same nodes have been admitted
  std::uint16_t request = 0;  ///< in a run with faults: number of the request, of a request and of its answer
};

inline Message message(NodeId from, NodeId to, Message::Kind kind, const Encoded& content, std::uint16_t request) {
  return {.content = content.vector,
          .from = from,
          .to = to,
          .size = content.size,
          .weight = content.weight,
          .kind = kind,
          .request = request};
}

/// The content, taken out of the message.
inline Encoded take_content(Message& message) { return {std::move(message.content), message.size, message.weight}; }

/// Whether it is the placeholder of a lost message.
inline bool is_placeholder(Message::Kind kind) { return kind >= Message::Kind::lost_model; }

/// Parts of reads and of all-reduces name the read or the step to which they belong, so they may overtake others.
inline bool keeps_order(Message::Kind kind) { return kind < Message::Kind::part || kind > Message::Kind::exposed; }

/// Messages in flight or waiting in a mailbox, by number. Numbers are used again.
class MessagePool {
 public:
  MessageId add(Message message) {
    if (free_.empty()) {
      messages_.push_back(std::move(message));
      return static_cast<MessageId>(messages_.size() - 1);
    }
    const MessageId id = free_.back();
    free_.pop_back();
    messages_[id] = std::move(message);
    return id;
  }
  Message& operator[](MessageId id) { return messages_[id]; }
  const Message& operator[](MessageId id) const { return messages_[id]; }
  void remove(MessageId id) {
    messages_[id].content = {};
    free_.push_back(id);
  }
  /// The message, which leaves the pool.
  Message take(MessageId id) {
    Message message = std::move(messages_[id]);
    remove(id);
    return message;
  }

 private:
  std::vector<Message, HugePages<Message>> messages_;
  std::vector<MessageId> free_;
};

/// First in, first out: the messages from one node to another that the receiver has not taken yet.
class Mailbox {
 public:
  bool empty() const { return first_ == Message::none; }
  MessageId first() const { return first_; }

  void push(MessageId id, MessagePool& pool) {
    pool[id].next = Message::none;
    (empty() ? first_ : pool[last_].next) = id;
    last_ = id;
  }
  Message pop(MessagePool& pool) { return pool.take(unlink_first(pool)); }
  /// Takes the first message out of the mailbox and leaves it in the pool.
  MessageId unlink_first(const MessagePool& pool) {
    const MessageId id = first_;
    first_ = pool[id].next;
    return id;
  }

 private:
  MessageId first_ = Message::none;
  MessageId last_ = Message::none;
};

}  // namespace gossamer
