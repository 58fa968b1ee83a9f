#include "algorithms/periods/periods.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <utility>

#include "algorithms/error.hpp"

namespace gossamer {
namespace {

class ConstantPeriods final : public Periods {
 public:
  explicit ConstantPeriods(const ConstantPeriod& law) : period_{static_cast<std::uint64_t>(law.value)} {}
  std::uint64_t next(const PeriodStart&) override { return period_; }

 private:
  std::uint64_t period_;
};

class ListedPeriods final : public Periods {
 public:
  explicit ListedPeriods(const PeriodList& law) : law_{law} {}
  std::uint64_t next(const PeriodStart&) override {
    const std::size_t number = used_++ / static_cast<std::size_t>(law_.times);
    return static_cast<std::uint64_t>(number < law_.values.size() ? law_.values[number] : law_.values.back());
  }

 private:
  PeriodList law_;
  std::size_t used_ = 0;
};

class PostLocalPeriods final : public Periods {
 public:
  explicit PostLocalPeriods(const PostLocalPeriod& law) : law_{law} {}
  std::uint64_t next(const PeriodStart& at) override {
    return at.steps < static_cast<std::uint64_t>(law_.switch_at) ? 1 : static_cast<std::uint64_t>(law_.period);
  }

 private:
  PostLocalPeriod law_;
};

class QuadraticPeriods final : public Periods {
 public:
  explicit QuadraticPeriods(const QuadraticPeriod& law) : law_{law} {}
  std::uint64_t next(const PeriodStart& at) override {
    const std::int64_t steps = static_cast<std::int64_t>(at.steps);
    std::int64_t period = steps < law_.warm_up ? law_.warm_up_period : by_rule(at.step_size);
    if (law_.total_steps) period = std::min(period, *law_.total_steps - steps);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(period, 1));
  }

 private:
  std::int64_t by_rule(double step_size) const {
    constexpr double most = 1e15;
    const double rule = std::min(std::pow(law_.growth / step_size, law_.power), most);
    return std::max(static_cast<std::int64_t>(rule), law_.least);
  }

  QuadraticPeriod law_;
};

class AdaptivePeriods final : public Periods {
 public:
  static constexpr bool reads_variance = true;

  explicit AdaptivePeriods(const AdaptivePeriod& law) : law_{law}, period_{law.first_period} {}

  std::uint64_t next(const PeriodStart& at) override {
    const std::int64_t steps = static_cast<std::int64_t>(at.steps);
    if (at.variance) averaged(steps - 1, *at.variance, at.last_step_size);
    return static_cast<std::uint64_t>(steps < law_.warm_up ? 1 : period_);
  }

 private:
  /// After the averaging that followed step k.
  void averaged(std::int64_t k, double variance, double step_size) {
    if (k < law_.warm_up && !law_.sample_warm_up) return;
    if (k < law_.sample_until)
      mean_ += (variance / step_size - mean_) / static_cast<double>(++samples_);
    else if (variance < law_.low * step_size * mean_)
      period_ = std::min(period_ + 1, law_.most.value_or(period_ + 1));
    else if (variance > law_.high * step_size * mean_)
      period_ = std::max<std::int64_t>(period_ - 1, 1);
  }

  AdaptivePeriod law_;
  std::int64_t period_;
  double mean_ = 0;  ///< C
  std::int64_t samples_ = 0;
};

class AdaCommPeriods final : public Periods {
 public:
  static constexpr bool reads_loss = true;

  explicit AdaCommPeriods(const AdaCommPeriod& law) : law_{law}, period_{bounded(law.first_period)} {}

  bool asks_loss(Seconds now) const override { return !first_ || now - begin_ >= law_.interval; }
  std::uint64_t next(const PeriodStart& at) override {
    if (at.loss && first_) period_ = after(period_, at);
    if (at.loss) begin_ = at.now;
    if (at.loss && !first_) first_ = at;
    return static_cast<std::uint64_t>(period_);
  }

 private:
  std::int64_t bounded(std::int64_t period) const {
    return std::max(law_.least, std::min(period, law_.most.value_or(period)));
  }
  std::int64_t after(std::int64_t before, const PeriodStart& at) const {
    const double losses = (*at.loss - law_.least_loss) / (*first_->loss - law_.least_loss);
    const double ratio = std::pow(first_->step_size / at.step_size, law_.step_size_power) * std::max(losses, 0.0);
    const auto h0 = static_cast<double>(law_.first_period);
    const double rule = law_.period_inside_root ? std::sqrt(h0 * ratio) : h0 * std::sqrt(ratio);
    const bool falls = rule < static_cast<double>(before) && std::ceil(rule) < static_cast<double>(before);
    constexpr double most = 1e15;
    const double next = falls || law_.shrink == 1 ? rule : law_.shrink * static_cast<double>(before);
    return bounded(static_cast<std::int64_t>(std::ceil(std::isfinite(next) ? std::min(next, most) : 0.0)));
  }

  AdaCommPeriod law_;
  std::int64_t period_;
  std::optional<PeriodStart> first_;  ///< the first one with a loss
  Seconds begin_{0};                  ///< of the present interval
};

/// The law whose periods an object of the class `Course` chooses, which each node has of its own.
template <class Settings, class Course>
class LawOf final : public PeriodLaw {
 public:
  explicit LawOf(Settings settings) : settings_{std::move(settings)} {}
  std::unique_ptr<Periods> periods() const override { return std::make_unique<Course>(settings_); }
  bool asks_variance() const override {
    return requires { Course::reads_variance; };
  }
  bool asks_loss() const override {
    return requires { Course::reads_loss; };
  }

 private:
  Settings settings_;
};

using Law = std::shared_ptr<const PeriodLaw>;

Law law_of(ConstantPeriod law) { return std::make_shared<const LawOf<ConstantPeriod, ConstantPeriods>>(law); }
Law law_of(PeriodList law) {
  if (law.values.empty()) throw AlgorithmError{"a list of periods has at least one"};
  return std::make_shared<const LawOf<PeriodList, ListedPeriods>>(std::move(law));
}
Law law_of(PostLocalPeriod law) { return std::make_shared<const LawOf<PostLocalPeriod, PostLocalPeriods>>(law); }
Law law_of(QuadraticPeriod law) { return std::make_shared<const LawOf<QuadraticPeriod, QuadraticPeriods>>(law); }
Law law_of(AdaptivePeriod law) {
  if (law.sample_until < law.first_period + law.warm_up)
    throw AlgorithmError{"the sampling phase, up to step " + std::to_string(law.sample_until) +
                         ", ends before its first averaging, after step " +
                         std::to_string(law.first_period + law.warm_up)};
  return std::make_shared<const LawOf<AdaptivePeriod, AdaptivePeriods>>(law);
}
Law law_of(AdaCommPeriod law) { return std::make_shared<const LawOf<AdaCommPeriod, AdaCommPeriods>>(law); }

template <class Settings>
PartEntry<PeriodLaw> law(std::string name, std::string sentence, std::vector<Field<Settings>> fields,
                         std::string source = {}) {
  return entry<Law(), Settings>(
      std::move(name), std::move(sentence), [](Settings s) { return law_of(std::move(s)); }, std::move(fields),
      std::move(source));
}

const PartEntry<PeriodLaw>& constant_period() {
  static const auto constant = law<ConstantPeriod>("constant", "the same number of steps in every period",
                                                   {{"value", &ConstantPeriod::value, at_least(1), "H", required}});
  return constant;
}

std::vector<PartEntry<PeriodLaw>> all_laws() {
  return {
      constant_period(),
      law<PeriodList>("list", "the periods of a list, and then its last one",
                      {{"values", &PeriodList::values, at_least(1), "one after the other", required},
                       {"times", &PeriodList::times, at_least(1), "how often each is used"}}),
      law<PostLocalPeriod>("post_local", "one step until a given step, and then a longer period", post_local_fields(),
                           "Lin, Stich, Patel, Jaggi, \"Don't Use Large Mini-batches, Use Local SGD\", ICLR 2020, "
                           "arXiv:1808.07217"),
      law<QuadraticPeriod>("quadratic", "grows as the step size falls: ⌊(α/η_k)²⌋", quadratic_fields(),
                           "Gu, Lyu, Arora, Huang, \"A Quadratic Synchronization Rule for Distributed Deep "
                           "Learning\", ICLR 2024, arXiv:2310.14423"),
      law<AdaptivePeriod>("adaptive", "keeps the variance of the models proportional to the step size",
                          adaptive_fields(),
                          "Jiang, Agrawal, \"Adaptive Periodic Averaging: A Practical Approach to Reducing "
                          "Communication in Distributed Learning\", 2020, arXiv:2007.06134"),
      law<AdaCommPeriod>("adacomm", "shorter periods as the loss falls, chosen anew after each interval of time",
                         adacomm_fields(),
                         "Wang, Joshi, \"Adaptive Communication Strategies to Achieve the Best Error-Runtime "
                         "Trade-off in Local-Update SGD\", SysML 2019, arXiv:1810.08313")};
}

template <class Settings>
AveragingPeriod anonymous(Settings law) {
  return AveragingPeriod{PartValue{law_of(std::move(law))}};
}

}  // namespace

std::vector<Field<PostLocalPeriod>> post_local_fields() {
  return {
      {"switch_at", &PostLocalPeriod::switch_at, at_least(0), "the number of steps with an averaging each", required},
      {"period", &PostLocalPeriod::period, at_least(1), "steps H between two averagings from then on"}};
}

std::vector<Field<QuadraticPeriod>> quadratic_fields() {
  using Q = QuadraticPeriod;
  return {{"growth", &Q::growth, above(0), "α: the period is ⌊(α/η_k)^power⌋, with the step size of its first step"},
          {"power", &Q::power, above(0), "of α/η_k"},
          {"least", &Q::least, at_least(1), "the shortest period"},
          {"warm_up", &Q::warm_up, at_least(0), "so many steps have the period warm_up_period"},
          Field<Q>{"warm_up_period", &Q::warm_up_period, at_least(1), "steps between two averagings in the warm-up"}
              .read_if(where_not("warm_up", std::int64_t{0})),
          {"total_steps", &Q::total_steps, at_least(1), "the last period is cut so that it ends after this step"}};
}

std::vector<Field<AdaptivePeriod>> adaptive_fields() {
  using A = AdaptivePeriod;
  return {
      {"first_period", &A::first_period, at_least(1), "steps H between two averagings in the sampling phase"},
      {"sample_until", &A::sample_until, at_least(1),
       "the number of steps after which C stays; before the step size falls", required},
      {"warm_up", &A::warm_up, at_least(0), "the number of steps with an averaging each, before the sampling phase"},
      Field<A>{"sample_warm_up", &A::sample_warm_up, "whether averagings of the warm-up count in C"}.read_if(
          where_not("warm_up", std::int64_t{0})),
      {"low", &A::low, at_least(0), "H grows by one if S/(η C) is below this number"},
      {"high", &A::high, at_least(0), "H falls by one if S/(η C) is above this number"},
      {"most", &A::most, at_least(1), "the longest period"}};
}

std::vector<Field<AdaCommPeriod>> adacomm_fields() {
  using A = AdaCommPeriod;
  return {{"first_period", &A::first_period, at_least(1), "H_0, steps between two averagings in the first interval"},
          {"interval", &A::interval, above(0), "T_0: the first averaging after so much time chooses H anew"},
          {"shrink", &A::shrink, above_up_to(0, 1),
           "γ: H becomes ⌈γ H⌉ if the rule does not lower it; 1: as the rule says"},
          {"step_size_power", &A::step_size_power, at_least(0), "p of (η_0/η_k)^p under the root"},
          {"least_loss", &A::least_loss, anything(), "F_inf, an estimate of the least loss"},
          {"period_inside_root", &A::period_inside_root, "whether H_0 is under the root, as in some libraries"},
          {"least", &A::least, at_least(1), "the shortest period"},
          {"most", &A::most, at_least(1), "the longest period"}};
}

AveragingPeriod period_by(PeriodList law) { return anonymous(std::move(law)); }
AveragingPeriod period_by(PostLocalPeriod law) { return anonymous(law); }
AveragingPeriod period_by(QuadraticPeriod law) { return anonymous(law); }
AveragingPeriod period_by(AdaCommPeriod law) { return anonymous(law); }
AveragingPeriod period_by(AdaptivePeriod law) { return anonymous(law); }

const PartType& PeriodLaw::part_type() {
  static const PartType type{
      .name = "periods",
      .noun = "a period law",
      .note = "a number is a period that stays; a law chooses each period when the one before has ended",
      .number = PartType::Number{.kind = constant_period().name, .setting = constant_period().settings.front()}};
  return type;
}

AveragingPeriod::AveragingPeriod(int constant)
    : chosen_{part_value(PeriodLaw::part_type(), constant_period(), {{"value", std::int64_t{constant}}})} {}

const std::vector<PartEntry<PeriodLaw>>& period_laws() {
  static const std::vector<PartEntry<PeriodLaw>> entries = all_laws();
  return entries;
}

}  // namespace gossamer
