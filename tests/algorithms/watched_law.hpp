#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "algorithms/periods/averaging_period.hpp"

/// Period laws whose choices tests can read.
namespace gossamer::testing {

/// One choice of a period by one node.
struct PeriodChoice {
  PeriodStart at;
  std::uint64_t period;
};

/// The periods of a law, which are written to a log.
class WatchedPeriods final : public Periods {
 public:
  WatchedPeriods(std::unique_ptr<Periods> periods, std::vector<PeriodChoice>& log)
      : periods_{std::move(periods)}, log_{log} {}
  std::uint64_t next(const PeriodStart& at) override {
    log_.push_back({at, periods_->next(at)});
    return log_.back().period;
  }
  bool asks_loss(Seconds now) const override { return periods_->asks_loss(now); }

 private:
  std::unique_ptr<Periods> periods_;
  std::vector<PeriodChoice>& log_;
};

/// A law whose choices, by all nodes, are written to a log.
class WatchedLaw final : public PeriodLaw {
 public:
  WatchedLaw(const AveragingPeriod& period, std::vector<PeriodChoice>& log) : law_{period.law()}, log_{log} {}
  std::unique_ptr<Periods> periods() const override { return std::make_unique<WatchedPeriods>(law_->periods(), log_); }
  bool asks_variance() const override { return law_->asks_variance(); }
  bool asks_loss() const override { return law_->asks_loss(); }

 private:
  std::shared_ptr<const PeriodLaw> law_;
  std::vector<PeriodChoice>& log_;
};

inline AveragingPeriod watched(const AveragingPeriod& period, std::vector<PeriodChoice>& log) {
  return AveragingPeriod{PartValue{std::shared_ptr<const PeriodLaw>{std::make_shared<const WatchedLaw>(period, log)}}};
}

}  // namespace gossamer::testing
