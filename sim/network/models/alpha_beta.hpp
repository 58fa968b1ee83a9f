#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "sim/network/collectives/collective_costs.hpp"
#include "sim/network/shaper.hpp"

namespace gossamer {

/// Links without contention: each message of s bytes arrives α + s/B after it was sent, regardless of how many messages
/// are in flight.
///
/// The postal model with a bandwidth term (Hockney, "The communication challenge for MPP: Intel Paragon and Meiko
/// CS-2", Parallel Computing 20(3), 1994). Latencies may differ from link to link (`LinkSources`). A message may have
/// further costs (`Protocol`). A sending processor hands over one message at a time and needs o for each. A receiving
/// processor takes each message as it arrives, and needs o for it as well.
/// Cost    one event and O(1) time for each message.
struct AlphaBeta {
  Seconds latency{1e-3};      ///< α ≥ 0
  double bandwidth = 1.25e8;  ///< B > 0, bytes per second
  AllReduce all_reduce = AllReduce::automatic;
  std::optional<NodeId> shards = {};  ///< ≥ 1, of a parameter server; one if not given
  LinkSources sources = {};
  Protocol protocol = {};
};

class AlphaBetaNetwork final : public Network {
 public:
  /// If links differ, `context` holds them; `settings.sources` is not read here.
  explicit AlphaBetaNetwork(const AlphaBeta& settings, PathContext context = {});

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Scheduler& scheduler) override {
    if (ends_ || !one_size_.keeps_order(now, {from, to}, size)) {
      const Seconds first_byte = ends().first_byte(now, from, to, size, Side::active);
      return scheduler.deliver_at(ends_->arrival(first_byte, from, to, size, Side::active), message);
    }
    scheduler.deliver_at(now + link_.latency + link_.transmission(size), message);
  }
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId read,
                      Scheduler& scheduler) override;
  void wake(Seconds, std::uint32_t, Scheduler&) override {}
  bool awaits(Seconds, std::uint32_t) const override { return true; }
  bool keeps_order() const override { return true; }
  CollectiveCost cost(const CollectiveAlgorithm& algorithm, const Group& group, Bytes size) const override;
  AllReduceMethod all_reduce_method() const override { return method_; }
  Seconds handling(Bytes) const override { return initial_.processors().overhead(Side::active); }
  Seconds handled_until(NodeId node) const override { return ends_ ? ends_->processors().free_at(node) : Seconds{0}; }
  Seconds attention() const override { return Seconds{0}; }
  std::unique_ptr<Shaper> shaper() const override { return std::make_unique<LinkShaper>(initial_); }
  std::unique_ptr<Network> fresh() const override;

 private:
  /// Messages that all have one size and take equally long cannot overtake each other. Keeps the messages in flight, in
  /// case one of another size follows.
  class OneSize {
   public:
    struct Pair {
      NodeId from = 0;
      NodeId to = 0;
    };
    explicit OneSize(Link link) : link_{link} {}

    bool keeps_order(Seconds now, Pair pair, Bytes size) {
      if (size_ < 0) time_ = link_.latency + link_.transmission(size_ = size);
      if (size != size_) return false;
      while (!in_flight_.empty() && in_flight_.front().sent + time_ <= now) in_flight_.pop_front();
      in_flight_.push_back({now, pair});
      return true;
    }
    void add_to(LinkShaper& ends) const {
      for (const auto& [sent, pair] : in_flight_) ends.first_byte(sent, pair.from, pair.to, size_, Side::active);
    }

   private:
    struct Message {
      Seconds sent;
      Pair pair;
    };
    Link link_;
    Bytes size_ = -1;
    Seconds time_{0};
    std::deque<Message> in_flight_;
  };
  LinkShaper& ends();

  Link link_;
  OneSize one_size_;
  LinkShaper initial_;              ///< the state before the first message
  std::optional<LinkShaper> ends_;  ///< empty as long as every message takes α + s/B: the fast path
  AllReduceMethod method_;
  mutable CollectiveCosts costs_;
};

}  // namespace gossamer
