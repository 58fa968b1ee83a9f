#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/node.hpp"
#include "sim/numerics/huge_pages.hpp"
#include "sim/numerics/params.hpp"
#include "sim/world/timeline.hpp"

namespace gossamer {

/// A message between two nodes: a reference to a model or to an encoded model, never a copy. Its pool has the number that
/// is sent with the vector.
struct Message {
  using Kind = MessageKind;
  static constexpr MessageId none = ~MessageId{0};

  Params content;
  NodeId from = 0;
  NodeId to = 0;
  Bytes size = 0;
  MessageId next = none;      ///< the following message in the same mailbox; of a part, its step
  std::uint16_t request = 0;  ///< in a run with faults: number of the request, of a request and of its answer; of a
                              ///< part: of its group and of its all-reduce
  Kind kind = Kind::model;
  bool noticed : 1 = false;  ///< noticed by the receiver, or due to be at a known time
  bool is_next : 1 = false;  ///< all earlier messages between the same nodes have been admitted
};
static_assert(sizeof(Message) == 32, "two messages are in a cache line");

/// Whether it is the placeholder of a lost message.
inline bool is_placeholder(Message::Kind kind) { return kind >= Message::Kind::lost_model; }

/// Parts of reads and of all-reduces name the read or the step to which they belong, so they may overtake others.
inline bool keeps_order(Message::Kind kind) { return kind < Message::Kind::part || kind > Message::Kind::exposed; }

/// Messages in flight or waiting in a mailbox, by number. Numbers are used again. References stay valid.
class MessagePool {
 public:
  /// `weight`: the number that is sent with the vector.
  MessageId add(Message message, double weight = 1) {
    const MessageId id = free_ == Message::none ? append() : std::exchange(free_, (*this)[free_].next);
    (*this)[id] = std::move(message);
    if (weight != 1 || id < weights_.size()) set_weight(id, weight);
    return id;
  }
  MessageId add(NodeId from, NodeId to, Message::Kind kind, const Encoded& content, std::uint16_t request) {
    return add(
        {.content = content.vector, .from = from, .to = to, .size = content.size, .request = request, .kind = kind},
        content.weight);
  }
  Message& operator[](MessageId id) { return blocks_[id / block][id % block]; }
  const Message& operator[](MessageId id) const { return blocks_[id / block][id % block]; }
  double weight(MessageId id) const { return id < weights_.size() ? weights_[id] : 1; }

  void remove(MessageId id) {
    (*this)[id].content = {};
    (*this)[id].next = std::exchange(free_, id);
  }
  /// The message, which leaves the pool.
  Message take(MessageId id) {
    Message message = std::move((*this)[id]);
    remove(id);
    return message;
  }
  /// The content of the message, which leaves the pool.
  Encoded take_content(MessageId id) {
    Message& message = (*this)[id];
    Encoded content{std::move(message.content), message.size, weight(id)};
    remove(id);
    return content;
  }

 private:
  static constexpr std::size_t block = 256;

  struct Destroy {
    void operator()(Message* messages) const { std::destroy_n(messages, block); }
  };

  MessageId append() {
    if (size_ % block == 0) {
      auto* const memory = static_cast<Message*>(memory_.take(block * sizeof(Message)));
      std::uninitialized_default_construct_n(memory, block);
      blocks_.emplace_back(memory);
    }
    return size_++;
  }
  void set_weight(MessageId id, double weight) {
    if (id >= weights_.size()) weights_.resize(id + std::size_t{1}, 1);
    weights_[id] = weight;
  }

  Arena memory_;
  std::vector<std::unique_ptr<Message[], Destroy>> blocks_;
  MessageId size_ = 0;
  MessageId free_ = Message::none;  ///< the number to use next; each free message has the next one
  std::vector<double> weights_;     ///< of messages with small numbers; those of all others are 1
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
  Encoded pop(MessagePool& pool) { return pool.take_content(unlink_first(pool)); }
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
