#include "sim/all_reduce_play.hpp"

#include <bit>
#include <utility>

namespace gossamer {

void AllReducePlay::join(std::span<const std::byte> values, Sender& sender) {
  values_.assign(values.begin(), values.end());
  joined_ = true;
  begin(sender);
  proceed(sender);
}

void AllReducePlay::take(Received part, Sender& sender) {
  early_.emplace(part.step, std::move(part));
  if (joined_) proceed(sender);
}

void AllReducePlay::proceed(Sender& sender) {
  while (const auto step = next_step()) {
    const auto part = early_.find(*step);
    if (part == early_.end()) return;
    use(*step, part->second.values(), sender);
    early_.erase(part);
  }
  over_ = true;
}

namespace {

/// Reduce-scatter and all-gather around a ring: 2 (n − 1) steps, each a chunk to the next node.
///
/// Coordinates are cut into n chunks, chunk k being [⌊k d / n⌋, ⌊(k + 1) d / n⌋). Node k + 1 starts chunk k with its
/// x/n; each node on the way adds its own, so that chunk k is summed in the order k + 1, k + 2, …, n − 1, 0, …, k, one
/// fused multiply-add after the other, and node k has its mean first. In step s < n − 1 node i sends chunk i − 1 − s;
/// in step n − 1 + t it sends chunk i − t, whose mean it has.
class Ring final : public AllReducePlay {
 public:
  explicit Ring(Setup setup) : AllReducePlay{setup} {}

 private:
  void begin(Sender& sender) override {
    if (setup().nodes == 1) return combine({{share(), values()}}, values());
    const auto own = chunk(setup().node - 1);
    combine({{share(), own}}, own);
    send(0, setup().node - 1, sender);
  }
  std::optional<std::int32_t> next_step() const override {
    if (next_ == 2 * (setup().nodes - 1)) return std::nullopt;
    return next_;
  }
  void use(std::int32_t step, std::span<const std::byte> part, Sender& sender) override {
    const NodeId n = setup().nodes;
    const NodeId before = setup().node - 1;  // who has sent this part
    const bool reducing = step < n - 1;
    const NodeId k = reducing ? before - 1 - step : before - (step - (n - 1));
    const auto mine = chunk(k);
    if (reducing) {
      combine({{1.0, part}, {share(), mine}}, mine);
    } else {
      combine({{1.0, part}}, mine);
    }
    if (++next_ < 2 * (n - 1)) send(next_, k, sender);
  }

  void send(std::int32_t step, NodeId k, Sender& sender) {
    const std::int64_t payload = setup().payload;
    sender.send_part({.to = (setup().node + 1) % setup().nodes,
                      .step = step,
                      .size = bound(number(k) + 1, payload) - bound(number(k), payload),
                      .values = chunk(k)});
  }
  /// The coordinates of chunk k, where k counts modulo n.
  std::span<std::byte> chunk(NodeId k) {
    if (values().empty()) return {};
    const std::size_t scalar = setup().plane->scalar_bytes();
    const auto d = static_cast<std::int64_t>(values().size() / scalar);
    const auto begin = static_cast<std::size_t>(bound(number(k), d));
    const auto end = static_cast<std::size_t>(bound(number(k) + 1, d));
    return values().subspan(begin * scalar, (end - begin) * scalar);
  }
  NodeId number(NodeId k) const { return (k % setup().nodes + setup().nodes) % setup().nodes; }
  /// Where chunk k of `length` begins.
  std::int64_t bound(std::int64_t k, std::int64_t length) const { return k * length / setup().nodes; }

  std::int32_t next_ = 0;
};

/// Recursive doubling: with p the largest power of two up to n, nodes i < p exchange their sums with i XOR 1, 2, 4, …
///
/// Every node scales its vector by 1/n first; then pairs add, which commutes, so that all have the same bits. Nodes
/// from p on hand their vector to node i − p in step 0, before the exchanges of steps 1 … log₂ p, and get the mean from
/// it in the step after.
class Doubling final : public AllReducePlay {
 public:
  explicit Doubling(Setup setup)
      : AllReducePlay{setup}, core_{static_cast<NodeId>(std::bit_floor(static_cast<std::uint32_t>(setup.nodes)))} {
    const NodeId i = setup.node;
    const NodeId surplus = setup.nodes - core_;
    if (i >= core_) {
      steps_.push_back({.step = last_step(), .peer = i - core_});
      return;
    }
    if (i < surplus) steps_.push_back({.step = 0, .peer = i + core_});
    for (std::int32_t k = 1; k < last_step(); ++k) steps_.push_back({.step = k, .peer = i ^ (1 << (k - 1))});
  }

 private:
  /// A part that this node waits for.
  struct Step {
    std::int32_t step = 0;
    NodeId peer = 0;
  };

  /// The step in which nodes from p on get the mean.
  std::int32_t last_step() const {
    return static_cast<std::int32_t>(std::bit_width(static_cast<std::uint32_t>(core_)));
  }

  void begin(Sender& sender) override {
    combine({{share(), values()}}, values());
    if (setup().node >= core_) {
      send(0, setup().node - core_, sender);
    } else {
      offer(sender);
    }
  }
  std::optional<std::int32_t> next_step() const override {
    if (next_ == steps_.size()) return std::nullopt;
    return steps_[next_].step;
  }
  void use(std::int32_t, std::span<const std::byte> part, Sender& sender) override {
    if (setup().node >= core_) {
      combine({{1.0, part}}, values());
    } else {
      combine({{1.0, values()}, {1.0, part}}, values());
    }
    ++next_;
    if (setup().node < core_) offer(sender);
  }

  /// Sends this node's sum to whom it exchanges with next, or the mean to the node that waits for it.
  void offer(Sender& sender) {
    if (next_ < steps_.size()) {
      const Step& next = steps_[next_];
      if (next.step > 0) send(next.step, next.peer, sender);
    } else if (setup().node + core_ < setup().nodes) {
      send(last_step(), setup().node + core_, sender);
    }
  }
  void send(std::int32_t step, NodeId to, Sender& sender) {
    sender.send_part({.to = to, .step = step, .size = setup().payload, .values = values()});
  }

  NodeId core_;
  std::vector<Step> steps_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<AllReducePlay> make_play(AllReduce algorithm, AllReducePlay::Setup setup) {
  if (algorithm == AllReduce::ring) return std::make_unique<Ring>(setup);
  return std::make_unique<Doubling>(setup);
}

}  // namespace gossamer
