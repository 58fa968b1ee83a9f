#include "sim/ranks/reporter.hpp"

#include <utility>

#include "sim/mpi/clock.hpp"
#include "sim/mpi/transport.hpp"
#include "sim/ranks/rank.hpp"

namespace gossamer {
namespace {

/// The interval between two reports of progress, and so the accuracy of observations that are due by node-steps.
constexpr Seconds report_interval{2e-3};

}  // namespace

void Reporter::report_progress() {
  if (rank_.wants_window() && !std::exchange(window_requested_, true))
    control_.send(0, PacketWriter{Control::need_window}.packet());
  const Status now = rank_.status();
  if (now == reported_) return;
  const bool urgent = now.passive || now.out != reported_.out;
  const Seconds time = clock_.now();
  if (!urgent && time < reported_at_ + report_interval) return;
  control_.send(0, PacketWriter{Control::status}.put(now).packet());
  reported_ = now;
  reported_at_ = time;
}

void Reporter::report_failure(const std::string& what) {
  control_.send(0, PacketWriter{Control::failure}.put(std::string_view{what}).packet());
}

void Reporter::report_interrupt() { control_.send(0, PacketWriter{Control::interrupted}.packet()); }

void Reporter::answer() {
  if (!requested_report_ || !rank_.started()) return;
  report(*requested_report_);
  requested_report_.reset();
}

void Reporter::report(std::int64_t look) {
  PacketWriter writer{Control::report};
  writer.put(look);
  writer.put(rank_.report());
  for (const WorldNode& node : rank_.nodes()) {
    const auto model = rank_.model(node);
    writer.put(rank_.report(node)).put(static_cast<std::int64_t>(model.size())).put(model);
  }
  control_.send(0, writer.packet());
}

void Reporter::execute(PacketReader packet, Control kind) {
  switch (kind) {
    case Control::begin:
      begun_ = true;
      return;
    case Control::observe:
      requested_report_ = packet.get<std::int64_t>();
      return answer();
    case Control::probe:
      reported_ = rank_.status();
      control_.send(0, PacketWriter{Control::probed}.put(packet.get<std::int64_t>()).put(reported_).packet());
      return;
    case Control::release:
      return rank_.release_waiting();
    case Control::make_window:
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
