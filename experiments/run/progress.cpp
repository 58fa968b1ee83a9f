#include "experiments/run/progress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"

namespace gossamer {
namespace {

constexpr Seconds bar_interval{0.2};
constexpr Seconds line_interval{5};

std::string readable_rate(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f} M ", per_second / 1e6);
  if (per_second >= 1e3) return fmt::format("{:.1f} k ", per_second / 1e3);
  return fmt::format("{:.0f} ", per_second);
}

}  // namespace

std::string readable(Seconds duration) {
  const double seconds = duration.count();
  if (seconds == 0) return "0 s";
  if (seconds < 1e-3) return fmt::format("{:.3g} µs", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.3g} s", seconds);
  if (seconds >= 1e9) return fmt::format("{:.3g} s", seconds);
  const auto whole = std::llround(seconds);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
}

std::optional<double> share_done(const Snapshot& snapshot, const Limits& limits, const StopTargets& targets,
                                 NodeId nodes) {
  std::optional<double> share;
  const auto consider = [&share](double done, double all) { share = std::max(share.value_or(0), done / all); };
  const double steps = static_cast<double>(snapshot.total.node_steps) / nodes;
  if (limits.virtual_time) consider(snapshot.time.count(), limits.virtual_time->count());
  if (limits.node_steps) consider(steps, static_cast<double>(*limits.node_steps));
  if (limits.sent_bytes)
    consider(static_cast<double>(snapshot.total.sent_bytes), static_cast<double>(*limits.sent_bytes));
  if (targets.mean_node_steps) consider(steps, *targets.mean_node_steps);
  if (share) share = std::min(*share, 1.0);
  return share;
}

Progress::Progress(Setup setup) : setup_{std::move(setup)}, start_{setup_.clock()}, last_shown_{start_} {}

Progress::~Progress() { clear(); }

double Progress::next_observation(double steps_per_node) const {
  // Before the first display the rate is unknown: the next observation is one node-step later.
  return steps_per_node + std::max(1.0, rate_ * bar_interval.count() / 2);
}

void Progress::show(const Snapshot& snapshot, const Sample& last) {
  const Seconds now = setup_.clock();
  const bool often = setup_.listener || setup_.style != Style::lines;
  const Seconds interval = often ? bar_interval : line_interval;
  const double steps = static_cast<double>(snapshot.total.node_steps) / setup_.nodes;
  if (now > start_) rate_ = steps / (now - start_).count();
  if (now - last_shown_ < interval) return;
  last_shown_ = now;
  if (setup_.listener) return setup_.listener(share_done(snapshot, setup_.limits, setup_.targets, setup_.nodes));
  drawn_ = setup_.style == Style::bar;
  if (drawn_) return write(fmt::format("\r{}\033[K", text(snapshot, last)));
  write((setup_.style == Style::json ? json(snapshot, last) : text(snapshot, last)) + "\n");
}

Seconds Progress::wall_time() const { return std::max(Seconds{1e-9}, setup_.clock() - start_); }

std::string Progress::text(const Snapshot& snapshot, const Sample& last) const {
  const double wall = wall_time().count();
  std::string line;
  const auto share = share_done(snapshot, setup_.limits, setup_.targets, setup_.nodes);
  if (share) {
    constexpr double width = 20;
    const auto full = static_cast<std::size_t>(std::floor(*share * width));
    line += fmt::format("[{:<20}] {:3.0f} %  ", std::string(full, '#'), std::floor(*share * 100));
  }
  line += fmt::format("{}node-steps/s", readable_rate(static_cast<double>(snapshot.total.node_steps) / wall));
  if (share && *share > 0) line += fmt::format(", {} left", readable(Seconds{wall * (1 - *share) / *share}));
  line += fmt::format(", virtual time {}", readable(snapshot.time));
  if (last.evaluation) line += fmt::format(", loss {:.4g}", last.evaluation->train_loss);
  return line;
}

std::string Progress::json(const Snapshot& snapshot, const Sample& last) const {
  const double wall = wall_time().count();
  Json facts{{"text", text(snapshot, last)},
             {"time_s", snapshot.time.count()},
             {"wall_s", wall},
             {"node_steps_per_node", static_cast<double>(snapshot.total.node_steps) / setup_.nodes}};
  if (const auto share = share_done(snapshot, setup_.limits, setup_.targets, setup_.nodes)) {
    facts["share"] = *share;
    if (*share > 0) facts["left_s"] = wall * (1 - *share) / *share;
  }
  if (last.evaluation && std::isfinite(last.evaluation->train_loss)) facts["train_loss"] = last.evaluation->train_loss;
  return compact({{"progress", std::move(facts)}});
}

void Progress::clear() {
  if (!drawn_) return;
  write("\r\033[K");
  drawn_ = false;
}

/// If the text cannot be written, the run continues.
void Progress::write(const std::string& text) const {
  std::fputs(text.c_str(), setup_.out);
  std::fflush(setup_.out);
}

}  // namespace gossamer
