#include "experiments/sweep/display.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "experiments/commands/printable.hpp"
#include "experiments/run/progress.hpp"

namespace gossamer {
namespace {

constexpr Seconds table_interval{0.2};

std::string bar(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  return fmt::format("[{:<{}}]", std::string(full, '#'), width);
}

std::string ending_of(const RunOutcome& outcome) {
  switch (outcome.kind) {
    case RunOutcome::Kind::failed:
      return "failed: " + outcome.sentence.substr(0, outcome.sentence.find('\n'));
    case RunOutcome::Kind::interrupted:
      return "interrupted";
    case RunOutcome::Kind::elsewhere:
      return "made by another process";
    case RunOutcome::Kind::made:
      break;
  }
  const RunEnd& end = *outcome.end;
  std::string text = fmt::format("{} at {}", name(end.reason), readable(end.last.time));
  if (end.last.evaluation && !end.divergence) text += fmt::format(", loss {:.4g}", end.last.evaluation->train_loss);
  return text;
}

}  // namespace

SweepDisplay::SweepDisplay(Setup setup) : setup_{std::move(setup)}, start_{setup_.clock()}, drawn_at_{start_} {}

SweepDisplay::~SweepDisplay() { clear(); }

void SweepDisplay::begin(int worker, const std::string& run) {
  const std::lock_guard lock{mutex_};
  under_way_[worker] = {.run = run, .share = 0, .start = setup_.clock()};
}

void SweepDisplay::progress(int worker, std::optional<double> share) {
  const std::lock_guard lock{mutex_};
  under_way_[worker].share = share.value_or(0);
}

void SweepDisplay::end(int worker, const RunOutcome& outcome) {
  const std::lock_guard lock{mutex_};
  const UnderWay run = under_way_[worker];
  under_way_.erase(worker);
  if (outcome.kind != RunOutcome::Kind::interrupted) ++ended_;
  diverged_ += outcome.kind == RunOutcome::Kind::made && outcome.end->reason == EndReason::diverged;
  failed_ += outcome.kind == RunOutcome::Kind::failed;
  if (setup_.style != Style::lines) return;
  std::fputs(line_of(run, outcome, setup_.clock() - run.start).c_str(), setup_.out);
  std::fflush(setup_.out);
}

void SweepDisplay::end_elsewhere(const std::string& run, bool has_failed) {
  const std::lock_guard lock{mutex_};
  ++ended_;
  failed_ += has_failed;
  if (setup_.style != Style::lines) return;
  std::fputs(printable(fmt::format("{}/{}  {}: {} by another process\n", ended_, setup_.runs, run,
                                   has_failed ? "failed, as made" : "made"))
                 .c_str(),
             setup_.out);
  std::fflush(setup_.out);
}

std::string SweepDisplay::line_of(const UnderWay& run, const RunOutcome& outcome, Seconds took) const {
  return printable(
      fmt::format("{}/{}  {}: {} ({})\n", ended_, setup_.runs, run.run, ending_of(outcome), readable(took)));
}

void SweepDisplay::draw() {
  if (setup_.style != Style::table) return;
  const std::lock_guard lock{mutex_};
  const Seconds now = setup_.clock();
  if (now - drawn_at_ < table_interval) return;
  drawn_at_ = now;
  erase();
  std::string text = head_text() + "\n";
  for (const auto& [worker, run] : under_way_)
    text += fmt::format("  {} {:3.0f} %  {}\n", bar(run.share, 10), 100 * run.share, printable(run.run));
  std::fputs(text.c_str(), setup_.out);
  std::fflush(setup_.out);
  lines_ = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

void SweepDisplay::clear() {
  const std::lock_guard lock{mutex_};
  erase();
  std::fflush(setup_.out);
}

void SweepDisplay::erase() {
  if (lines_ > 0) std::fputs(fmt::format("\033[{}A\033[J", lines_).c_str(), setup_.out);
  lines_ = 0;
}

std::string SweepDisplay::head() const {
  const std::lock_guard lock{mutex_};
  return head_text();
}

std::string SweepDisplay::head_text() const {
  const double elapsed = std::max(1e-9, (setup_.clock() - start_).count());
  double made = static_cast<double>(ended_);
  for (const auto& [worker, run] : under_way_) made += run.share;
  const double all = static_cast<double>(std::max<std::size_t>(1, setup_.runs));
  std::string text = fmt::format("{}  {} of {} runs", bar(made / all, 20), ended_, setup_.runs);
  if (diverged_ > 0) text += fmt::format(", {} diverged", diverged_);
  if (failed_ > 0) text += fmt::format(", {} failed", failed_);
  if (made <= 0) return text;
  const double per_second = made / elapsed;
  text += per_second >= 1          ? fmt::format(", {:.3g} runs/s", per_second)
          : per_second >= 1.0 / 60 ? fmt::format(", {:.3g} runs/min", 60 * per_second)
                                   : fmt::format(", {:.3g} runs/h", 3600 * per_second);
  return text + fmt::format(", {} left", readable(Seconds{std::max(0.0, all - made) / per_second}));
}

}  // namespace gossamer
