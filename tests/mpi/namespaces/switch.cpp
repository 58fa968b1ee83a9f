#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/mpi/namespaces/fabric.hpp"
#include "tests/mpi/namespaces/tap.hpp"

namespace gossamer {
namespace {

/// The kernel wakes a process some microseconds late: the last stretch to a frame's time is waited for awake.
constexpr Seconds awake{20e-6};

Seconds machine_time() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return Seconds{static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error{errno, std::generic_category(), what};
  return result;
}

/// Sleeps until a device has a frame, a time has come, or the process is told to end.
class Bell {
 public:
  explicit Bell(const std::vector<Tap>& taps)
      : all_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
        timer_{checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")} {
    sigset_t ends{};
    ::sigaddset(&ends, SIGINT);
    ::sigaddset(&ends, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    end_ = checked(::signalfd(-1, &ends, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd");
    watch(end_);
    watch(timer_);
    for (const Tap& tap : taps) watch(tap.descriptor());
  }
  ~Bell() {
    for (const int descriptor : {all_, timer_, end_}) ::close(descriptor);
  }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  /// False when it is time to end.
  bool wait(std::optional<Seconds> until) {
    const bool soon = until && *until - machine_time() < awake;
    if (until && !soon) set_timer(*until - awake);
    epoll_event event{};
    const int events = ::epoll_wait(all_, &event, 1, soon ? 0 : -1);
    if (events < 0 && errno != EINTR) checked(events, "epoll_wait");
    if (events == 1 && event.data.fd == timer_) {
      std::uint64_t times = 0;
      static_cast<void>(!::read(timer_, &times, sizeof times));  // only so that it falls silent
    }
    return events < 1 || event.data.fd != end_;
  }

 private:
  void watch(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    checked(::epoll_ctl(all_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
  }

  void set_timer(Seconds at) {
    const auto whole = static_cast<time_t>(at.count());
    itimerspec setting{};
    setting.it_value.tv_sec = whole;
    setting.it_value.tv_nsec = static_cast<long>(1e9 * (at.count() - static_cast<double>(whole)));
    checked(::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &setting, nullptr), "timerfd_settime");
  }

  int all_ = -1;
  int timer_ = -1;
  int end_ = -1;
};

struct Lateness {
  std::uint64_t frames = 0;
  Seconds sum{0};
  Seconds max{0};

  void note(Seconds late) {
    ++frames;
    sum += late;
    max = std::max(max, late);
  }
};

/// Takes frames that a namespace has sent, a limited number: other frames may be due.
void listen(Tap& tap, std::size_t port, Fabric& fabric) {
  constexpr int at_once = 16;
  for (int k = 0; k < at_once; ++k) {
    auto frame = tap.read();
    if (!frame) return;
    fabric.accept(machine_time(), port, std::move(*frame));
  }
}

Lateness carry(std::vector<Tap>& taps, Fabric& fabric) {
  Bell bell{taps};
  Lateness lateness;
  do {
    for (std::size_t port = 0; port < taps.size(); ++port) {
      listen(taps[port], port, fabric);
      while (const auto delivery = fabric.deliver(machine_time())) {
        lateness.note(machine_time() - delivery->due);
        taps[delivery->port].write(delivery->frame);
      }
    }
  } while (bell.wait(fabric.next_event()));
  return lateness;
}

/// One line of JSON: what went through each port, and by how much later than it should.
std::string statistics(const std::vector<std::string>& names, const Fabric& fabric, const Lateness& lateness) {
  std::string ports;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const Fabric::Counters& port = fabric.counters(k);
    ports += fmt::format(
        R"({}{{"name": "{}", "sent_frames": {}, "sent_bytes": {}, "received_frames": {}, "received_bytes": {}, )"
        R"("dropped_leaving": {}, "dropped_arriving": {}, "longest_leaving_bytes": {}, "longest_arriving_bytes": {}}})",
        k ? ", " : "", names[k], port.sent_frames, port.sent_bytes, port.received_frames, port.received_bytes,
        port.dropped_leaving, port.dropped_arriving, port.longest_leaving, port.longest_arriving);
  }
  const double mean = lateness.frames ? lateness.sum.count() / static_cast<double>(lateness.frames) : 0;
  return fmt::format(R"({{"ports": [{}], "late_mean_s": {}, "late_max_s": {}}})", ports, mean, lateness.max.count());
}

/// A frame's time is kept to microseconds only by a process that others do not keep waiting.
void hurry() {
  const sched_param priority{.sched_priority = 10};
  if (::sched_setscheduler(0, SCHED_FIFO, &priority) != 0)
    fmt::print(stderr, "switch: without real-time priority (SCHED_FIFO) frames may come late\n");
  ::mlockall(MCL_CURRENT | MCL_FUTURE);
  ::prctl(PR_SET_TIMERSLACK, 1UL);
}

int run(int argc, char** argv) {
  CLI::App app{
      "Connects network namespaces by a switch whose lines have a bandwidth and a latency.\n"
      "Says \"ready\" when the devices are there; on SIGTERM it prints statistics as JSON and ends."};
  std::vector<std::string> names;
  std::string device = "eth0";
  double bandwidth = 0, latency = 0, queue = 64e6;
  app.add_option("namespaces", names, "Names given by `ip netns add`")->required()->expected(2, 1024);
  app.add_option("--device", device, "Name of the network device in each namespace")->capture_default_str();
  app.add_option("--bandwidth", bandwidth, "Bytes per second, Ethernet headers included")
      ->required()
      ->check(CLI::PositiveNumber);
  app.add_option("--latency", latency, "Seconds from port to port")->required()->check(CLI::NonNegativeNumber);
  app.add_option("--queue", queue, "Bytes that may wait at each end of each line")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);

  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::vector<Tap> taps;
  for (const std::string& name : names) taps.emplace_back(name, device);
  Fabric fabric{
      {.ports = names.size(), .bandwidth = bandwidth, .latency = Seconds{latency}, .queue = static_cast<Bytes>(queue)}};
  hurry();
  fmt::print("ready\n");
  std::fflush(stdout);
  const Lateness lateness = carry(taps, fabric);
  fmt::print("{}\n", statistics(names, fabric, lateness));
  return 0;
}

}  // namespace
}  // namespace gossamer

int main(int argc, char** argv) {
  try {
    return gossamer::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "switch: {}\n", error.what());
    return 2;
  }
}
