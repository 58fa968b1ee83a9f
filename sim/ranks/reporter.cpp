#include "sim/ranks/reporter.hpp"

#include <utility>

#include "sim/mpi/clock.hpp"
#include "sim/mpi/transport.hpp"
#include "sim/ranks/rank.hpp"

namespace gossamer {
namespace {

/// The interval between two reports of progress, and so the accuracy of looks that are due by node-steps.
constexpr Seconds account_interval{2e-3};

}  // namespace

void Reporter::tell() {
  if (rank_.wants_window() && !std::exchange(told_of_window_, true))
    control_.send(0, PacketWriter{Control::window}.packet());
  const Status now = rank_.status();
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
  writer.put(rank_.report());
  for (const WorldNode& node : rank_.nodes()) {
    const auto model = rank_.model(node);
    writer.put(rank_.report(node)).put(static_cast<std::int64_t>(model.size())).put(model);
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
      told_ = rank_.status();
      control_.send(0, PacketWriter{Control::probed}.put(packet.get<std::int64_t>()).put(told_).packet());
      return;
    case Control::release:
      return rank_.release_waiting();
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
