#pragma once
#include <memory>

#include "sim/network/shape.hpp"

namespace gossamer {

/// Links without contention: each message of s bytes arrives α + s/B after it was sent, however many are under way.
///
/// The postal model with a bandwidth term (Hockney, "The communication challenge for MPP: Intel Paragon and Meiko
/// CS-2", Parallel Computing 20(3), 1994).
struct AlphaBeta {
  Seconds latency{1e-3};      ///< α ≥ 0
  double bandwidth = 1.25e8;  ///< B > 0, bytes per second
  AllReduce all_reduce = AllReduce::ring;
};

class AlphaBetaNetwork final : public Network {
 public:
  explicit AlphaBetaNetwork(AlphaBeta settings)
      : link_{settings.latency, settings.bandwidth}, shape_{link_}, algorithm_{settings.all_reduce} {}

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) override {
    courier.deliver_at(shape_.arrival(shape_.first_byte(now, from, size, Side::active), to, size, Side::active),
                       message);
  }
  void send_one_sided(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, NodeId,
                      Courier& courier) override {
    send(now, message, from, to, size, courier);
  }
  void wake(Seconds, std::uint32_t, Courier&) override {}
  bool awaits(Seconds, std::uint32_t) const override { return true; }
  Collective all_reduce(NodeId nodes, Bytes size) const override {
    return all_reduce_cost(algorithm_, link_, nodes, size);
  }
  Seconds handling(Bytes) const override { return Seconds{0}; }
  Seconds handled_until(NodeId) const override { return Seconds{0}; }
  std::unique_ptr<Shape> shape() const override { return std::make_unique<LinkShape>(link_); }

 private:
  Link link_;
  LinkShape shape_;
  AllReduce algorithm_;
};

}  // namespace gossamer
