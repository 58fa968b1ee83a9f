#include "sim/ranks/rank_world.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "sim/mpi/clock.hpp"
#include "sim/mpi/mpi_session.hpp"
#include "sim/mpi/shutdown.hpp"
#include "sim/ranks/coordinator.hpp"
#include "sim/ranks/idle_backoff.hpp"
#include "sim/ranks/rank.hpp"
#include "sim/ranks/reporter.hpp"

namespace gossamer {
namespace {

/// The time that rank 0 waits for the others after a signal: mpirun kills remaining processes one second after its own.
constexpr Seconds patience_of_rank_0{0.3};
/// The time that the others wait for rank 0.
constexpr Seconds patience{2};
/// The time that they wait once they have reported.
constexpr Seconds patience_for_last_report{60};

/// 128 + SIGINT, as in shells.
constexpr int interrupted_exit_code = 130;

/// Sleeps may last as long as no message is noticed late. Real messages are needed soon, shaped ones a latency after
/// they were sent. On the real network a sleep costs more than it lasts, since ranks that wait for this one sleep, too.
IdleBackoff::BackoffSettings backoff_settings(const RankWorld::Setup& setup) {
  constexpr Seconds real_spin_time{1e-3}, real_sleep{100e-6}, longest{1e-3};
  if (setup.wire == RankWorld::Wire::real) return {.spin_time = real_spin_time, .longest_sleep = real_sleep};
  return {.longest_sleep = std::clamp(setup.network.shaper()->latency() / 4, real_sleep, longest)};
}

std::string message_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace

class RankWorld::Run {
 public:
  Run(MpiSession& session, Setup setup)
      : session_{session},
        setup_{std::move(setup)},
        blocks_{.nodes = setup_.mixing.size(), .ranks = session.ranks()},
        rank_{setup_, blocks_, session.rank(), clock_},
        reporter_{rank_, control_, clock_},
        idle_backoff_{backoff_settings(setup_)} {}

  End run(const Program& program, const Limits& limits, Observer* observer, const std::atomic<bool>* interrupt) {
    if (session_.rank() == 0)
      coordinator_.emplace(Coordinator::Setup{.blocks = blocks_,
                                              .limits = limits,
                                              .observer = observer,
                                              .plane = setup_.plane,
                                              .sees_all_messages = setup_.collective == Collective::played,
                                              .has_faults = setup_.faults != nullptr},
                           control_);
    interrupt_ = interrupt;
    open(program, limits);
    until([this] { return reporter_.stop().has_value(); }, [this] { return work(); });
    return end(limits);
  }

  const Coordinator& coordinator() const { return *coordinator_; }
  const Blocks& blocks() const { return blocks_; }

 private:
  /// Works and receives until a condition holds, or until no rank can be expected to answer any more.
  template <class Condition, class Work>
  void until(Condition condition, Work work) {
    while (!condition() && !has_lost_others()) {
      bool any = work();
      any |= listen();
      check_interrupt();
      if (any) {
        idle_backoff_.end();
      } else if (const Seconds sleep_time = idle_backoff_.sleep_time(clock_.now(), rank_.next_due(), rank_.activity());
                 sleep_time > Seconds{0}) {
        rank_.sleep_for(sleep_time);
      } else {
        std::this_thread::yield();
      }
    }
  }

  void open(const Program& program, const Limits& limits);
  bool work();
  bool listen();
  void check_interrupt();
  /// Performs an action that may run programs, which may throw.
  template <class Action>
  void guarded(Action action) {
    try {
      action();
    } catch (...) {
      failure_ = std::current_exception();
      reporter_.report_failure(message_of(failure_));
    }
  }
  bool has_lost_others() const { return gives_up_at_ && clock_.now() > *gives_up_at_; }
  void decide();

  End end(const Limits& limits);
  void conclude(Seconds now);
  void close();
  void give_up();

  MpiSession& session_;
  Setup setup_;
  Blocks blocks_;
  Clock clock_;
  Transport control_;
  Rank rank_;
  Reporter reporter_;
  std::optional<Coordinator> coordinator_;  ///< on rank 0
  IdleBackoff idle_backoff_;

  const std::atomic<bool>* interrupt_ = nullptr;
  std::optional<Seconds> gives_up_at_;  ///< when this rank stops waiting for others
  std::exception_ptr failure_;          ///< of a program or the observer, on this rank
};

/// The programs start, and the observer looks at their initial models, which may take rank 0 long. Then time begins.
void RankWorld::Run::open(const Program& program, const Limits& limits) {
  guarded([&] { rank_.start(program, limits); });
  const auto answer = [this] {
    reporter_.answer();
    decide();
    return false;
  };
  until([this] { return reporter_.begun() || reporter_.stop(); }, answer);
  if (!reporter_.begun()) return;
  clock_.start();
  if (gives_up_at_) gives_up_at_ = clock_.now() + patience;
  idle_backoff_.end();
  rank_.begin();
}

/// The work of a rank during the run. Returns whether there was any.
bool RankWorld::Run::work() {
  bool any = false;
  if (!failure_) guarded([&] { any = rank_.proceed(); });
  reporter_.answer();
  reporter_.report_progress();
  decide();
  return any;
}

void RankWorld::Run::decide() {
  if (!coordinator_) return;
  try {
    coordinator_->decide(clock_.now());
  } catch (...) {
    failure_ = std::current_exception();
    coordinator_->fail(message_of(failure_));
  }
}

bool RankWorld::Run::listen() {
  bool any = false;
  while (const auto arrival = control_.receive()) {
    any = true;
    PacketReader reader{arrival->packet};
    const auto kind = reader.get<Control>();
    if (kind < Control::begin) {
      coordinator_->handle(arrival->rank, reader, kind);
    } else {
      reporter_.execute(reader, kind);
    }
  }
  return any;
}

void RankWorld::Run::check_interrupt() {
  if (gives_up_at_ || !interrupt_ || !interrupt_->load(std::memory_order_relaxed)) return;
  gives_up_at_ = clock_.now() + (coordinator_ ? patience_of_rank_0 : patience);
  if (coordinator_) {
    coordinator_->interrupt();
  } else {
    reporter_.report_interrupt();
  }
}

End RankWorld::Run::end(const Limits& limits) {
  if (!reporter_.stop()) decide();  // so that rank 0 has sent the stop to the others, even if they do not answer
  const Stop stop = reporter_.stop().value_or(Stop{.reason = End::Reason::interrupted});
  // Events that were due before the limit still count, although this rank is late.
  if (limits.virtual_time && stop.reason == End::Reason::virtual_time && !failure_)
    while (rank_.proceed()) continue;
  const Seconds now = std::max(clock_.now(), Seconds{0});
  reporter_.report(last_report);
  const auto nothing = [] { return false; };
  if (coordinator_) {
    until([this] { return coordinator_->all_have_reported(); }, nothing);
    if (!stop.failed) conclude(now);
  }
  // The last look may take rank 0 long. If a rank dies meanwhile, mpirun ends this process from outside.
  if (gives_up_at_ && reporter_.stop()) gives_up_at_ = clock_.now() + patience_for_last_report;
  if (!stop.failed) until([this] { return reporter_.ended().has_value(); }, nothing);
  if (coordinator_ && !coordinator_->all_have_reported()) {
    give_up();
  } else {
    close();
  }
  if (failure_) std::rethrow_exception(failure_);
  if (stop.failed) throw std::runtime_error{reporter_.failure()};
  return reporter_.ended().value_or(End{.reason = stop.reason, .detail = "rank 0 did not answer any more"});
}

void RankWorld::Run::conclude(Seconds now) {
  try {
    coordinator_->conclude(now);
  } catch (...) {
    failure_ = std::current_exception();
  }
  coordinator_->broadcast_end();
}

/// Receives all packets in flight, so that none is lost.
void RankWorld::Run::close() {
  Shutdown shutdown{rank_.channels(control_)};
  until([&] { return shutdown.is_over(); }, [] { return false; });
  if (shutdown.is_over()) return;
  shutdown.abandon();
  give_up();
}

void RankWorld::Run::give_up() {
  rank_.channels(control_).abandon();
  session_.abandon(interrupted_exit_code);
}

// ---------------------------------------------------------------------------------------------------------------------

void RankWorld::check(const MpiSession& session, const Setup& setup) {
  if (session.ranks() > setup.mixing.size())
    throw MpiError{fmt::format("{} ranks for {} nodes: every rank needs a node; start at most {}", session.ranks(),
                               setup.mixing.size(), setup.mixing.size())};
  if (setup.payload > std::numeric_limits<std::int32_t>::max() - Bytes{sizeof(MessageHeader)})
    throw MpiError{fmt::format("messages of {} bytes are too long: MPI counts up to 2147483647", setup.payload)};
  if (setup.wire == Wire::shaped && !setup.network.shaper())
    throw MpiError{"this network model cannot shape real messages, since it must see all of them at once"};
  if (setup.wire == Wire::shaped && setup.collective == Collective::mpi)
    throw MpiError{"an all-reduce by MPI itself cannot be shaped: its messages are not ours"};
  if (setup.compute == Compute::real && !setup.plane)
    throw MpiError{"gradients that take real time need a model; this run computes none"};
}

RankWorld::RankWorld(MpiSession& session, Setup setup) {
  check(session, setup);
  run_ = std::make_unique<Run>(session, std::move(setup));
}

RankWorld::~RankWorld() = default;

End RankWorld::run(const Program& program, const Limits& limits, Observer* observer,
                   const std::atomic<bool>* interrupt) {
  return run_->run(program, limits, observer, interrupt);
}

Snapshot RankWorld::snapshot() const { return run_->coordinator().snapshot(); }
Seconds RankWorld::now() const { return snapshot().time; }
std::span<const Params> RankWorld::models() const { return snapshot().models; }
NodeCounters RankWorld::counters(NodeId node) const { return run_->coordinator().counters(node); }

FaultCounters RankWorld::fault_counters(NodeId node) const { return run_->coordinator().fault_counters(node); }

RankWorld::Lateness RankWorld::lateness() const {
  Lateness result;
  double events = 0;
  for (int rank = 0; rank < run_->blocks().ranks; ++rank) {
    const RankReport& report = run_->coordinator().rank_report(rank);
    result.mean += report.lateness_sum;
    result.max = std::max(result.max, report.lateness_max);
    events += static_cast<double>(report.events);
  }
  if (events > 0) result.mean /= events;
  return result;
}

}  // namespace gossamer
