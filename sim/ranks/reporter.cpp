#include "sim/ranks/reporter.hpp"

#include <utility>

namespace gossamer {
namespace {

/// The interval between two reports of progress, and so the accuracy of looks that are due by node-steps.
constexpr Seconds account_interval{2e-3};

}  // namespace

Status Reporter::status() const {
  Status status{.node_steps = rank_.node_steps(),
                .sent_bytes = rank_.sent_bytes(),
                .out = rank_.out(),
                .passive = rank_.passive(),
                .sent = rank_.transport().sent(),
                .received = rank_.transport().received(),
                .outages = rank_.outages(),
                .steps_continued = rank_.steps_continued(),
                .last_due = rank_.last_due()};
  if (const MpiAllReduce* const all_reduce = rank_.mpi_all_reduce()) {
    status.all_reduces_begun = all_reduce->begun();
    status.all_reduces_over = all_reduce->over();
  }
  return status;
}

void Reporter::tell() {
  if (rank_.wants_window() && !std::exchange(told_of_window_, true))
    control_.send(0, PacketWriter{Control::window}.packet());
  const Status now = status();
  if (now == told_) return;
  const bool urgent = now.passive || now.out != told_.out;
  const Seconds time = clock_.now();
  if (!urgent && time < told_at_ + account_interval) return;
  control_.send(0, PacketWriter{Control::status}.put(now).packet());
  told_ = now;
  told_at_ = time;
}

void Reporter::tell_failure(const std::string& what) {
  control_.send(0, PacketWriter{Control::failure}.put(std::string_view{what}).packet());
}

void Reporter::tell_interrupted() { control_.send(0, PacketWriter{Control::interrupted}.packet()); }

void Reporter::answer() {
  if (!asked_ || !rank_.started()) return;
  report(*asked_);
  asked_.reset();
}

void Reporter::report(std::int64_t look) {
  PacketWriter writer{Control::report};
  writer.put(look);
  writer.put(RankReport{.last_event = rank_.last_event(),
                        .events = rank_.events(),
                        .lateness_sum = rank_.lateness_sum(),
                        .lateness_max = rank_.lateness_max(),
                        .transfer = rank_.transfer(),
                        .reports = rank_.reports(),
                        .decode_failures = plane_ ? plane_->decode_failures() : 0});
  for (const WorldNode& node : rank_.nodes()) {
    const Params& model = rank_.model(node);
    const auto values = model ? plane_->bytes(model) : std::span<const std::byte>{};
    writer.put(NodeReport{.counters = rank_.counters(node),
                          .waiting = node.waiting,
                          .waiting_for = node.waiting_for,
                          .done = node.done,
                          .down = rank_.is_down(node),
                          .faults = rank_.fault_counters(node),
                          .values = static_cast<std::int64_t>(values.size())});
    writer.put(values);
  }
  control_.send(0, writer.packet());
}

void Reporter::obey(PacketReader packet, Control kind) {
  switch (kind) {
    case Control::begin:
      begun_ = true;
      return;
    case Control::look:
      asked_ = packet.get<std::int64_t>();
      return answer();
    case Control::probe:
      told_ = status();
      control_.send(0, PacketWriter{Control::probed}.put(packet.get<std::int64_t>()).put(told_).packet());
      return;
    case Control::release:
      return rank_.release_all();
    case Control::open:
      return rank_.make_window();
    case Control::stop:
      stop_ = packet.get<Stop>();
      failure_ = packet.text();
      return;
    case Control::ended: {
      const auto ended = packet.get<Ended>();
      ended_ = End{.reason = ended.reason, .detail = packet.text(), .time = ended.time, .events = ended.events};
      return;
    }
    default:
      assert(false && "rank 0 says nothing else");
  }
}

}  // namespace gossamer
