#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "sim/network/shape.hpp"

namespace gossamer {

/// Links without contention: each message of s bytes arrives α + s/B after it was sent, however many are under way.
///
/// The postal model with a bandwidth term (Hockney, "The communication challenge for MPP: Intel Paragon and Meiko
/// CS-2", Parallel Computing 20(3), 1994). Latencies may differ from link to link (`LinkSources`) and messages may cost
/// more than that (`Protocol`). A processor hands messages over one after the other, o each; it takes what arrives as
/// soon as it is there, o later.
struct AlphaBeta {
  Seconds latency{1e-3};      ///< α ≥ 0
  double bandwidth = 1.25e8;  ///< B > 0, bytes per second
  AllReduce all_reduce = AllReduce::ring;
  LinkSources sources = {};
  Protocol protocol = {};
};

class AlphaBetaNetwork final : public Network {
 public:
  /// `context` holds the links where they differ, whatever `settings.sources` says.
  explicit AlphaBetaNetwork(const AlphaBeta& settings, PathContext context = {})
      : link_{settings.latency, settings.bandwidth},
        initial_{{link_, settings.protocol, std::move(context)}, settings.protocol.overhead},
        algorithm_{settings.all_reduce} {
    const bool constant = initial_.paths().constant() && settings.protocol.overhead == Seconds{0};
    if (!constant) ends_ = initial_;
  }

  void send(Seconds now, MessageId message, NodeId from, NodeId to, Bytes size, Courier& courier) override {
    if (ends_)
      return courier.deliver_at(ends_->arrival(ends_->first_byte(now, from, to, size), from, to, size), message);
    courier.deliver_at(now + link_.latency + link_.transmission(size), message);
  }
  void wake(Seconds, std::uint32_t, Courier&) override {}
  Collective all_reduce(NodeId nodes, Bytes size) const override;
  Seconds handling(Bytes) const override { return initial_.processors().overhead(); }
  Seconds handled_until(NodeId node) const override { return ends_ ? ends_->processors().free_at(node) : Seconds{0}; }
  std::unique_ptr<Shape> shape() const override { return std::make_unique<LinkShape>(initial_); }

 private:
  Link link_;
  LinkShape initial_;              ///< as it is before the first message
  std::optional<LinkShape> ends_;  ///< empty where messages take α + s/B and no more: the quick way
  AllReduce algorithm_;
  mutable CollectiveCosts costs_;
};

}  // namespace gossamer
