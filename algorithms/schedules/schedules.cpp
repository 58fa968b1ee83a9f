#include "algorithms/schedules/schedules.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "algorithms/error.hpp"

namespace gossamer {

double StepDecay::at(std::uint64_t k) const {
  const auto passed = std::count_if(steps.begin(), steps.end(),
                                    [k](std::int64_t step) { return static_cast<std::uint64_t>(step) <= k; });
  return base * std::pow(factor, static_cast<double>(passed));
}

double WarmUp::at(std::uint64_t k) const {
  const auto length = static_cast<std::uint64_t>(steps);
  if (k >= length) return then.at(k - length);
  return from + static_cast<double>(k + 1) / static_cast<double>(length) * (then.at(0) - from);
}

double InverseTime::at(std::uint64_t k) const { return base / (1 + static_cast<double>(k) / halved_at); }

double Cosine::at(std::uint64_t k) const {
  const auto length = static_cast<std::uint64_t>(steps);
  if (k >= length) return last;
  const double turn = std::numbers::pi * static_cast<double>(k) / static_cast<double>(length);
  return last + 0.5 * (1 + std::cos(turn)) * (base - last);
}

double StepSizeList::at(std::uint64_t k) const {
  const std::uint64_t number = k / static_cast<std::uint64_t>(every);
  return number < values.size() ? values[number] : values.back();
}

namespace {

const char* const first_value = "η_0, before the first step";

PartEntry<StepSizeSchedule> list_of_step_sizes() {
  auto list =
      schedule_entry<StepSizeList>("list", "the step sizes of a list, and then its last one",
                                   {{"values", &StepSizeList::values, above(0), "one after the other", required},
                                    {"every", &StepSizeList::every, at_least(1), "K, the number of steps with each"}});
  list.make = [make = std::move(list.make)](const Values& values) {
    if (std::get<std::vector<double>>(values.at("values")).empty())
      throw AlgorithmError{"a list of step sizes has at least one"};
    return make(values);
  };
  return list;
}

std::vector<PartEntry<StepSizeSchedule>> all_schedules() {
  return {
      constant_step_size(),
      schedule_entry<StepDecay>("step_decay", "multiplied by a factor after given numbers of steps",
                                {{"base", &StepDecay::base, above(0), first_value},
                                 {"steps", &StepDecay::steps, at_least(0),
                                  "after each of these numbers of steps it is multiplied by the factor", required},
                                 {"factor", &StepDecay::factor, above(0), "usually below 1"}}),
      schedule_entry<WarmUp>(
          "warm_up", "rises linearly, and then follows another schedule",
          {{"steps", &WarmUp::steps, at_least(1), "K: after K − 1 steps it has the first value of the next schedule",
            required},
           {"from", &WarmUp::from, at_least(0), "a, the value before the rise: η_k = a + (k + 1)/K (η_0 − a)"},
           {"then", &WarmUp::then, "the schedule after the rise, or a number; it counts steps from K"}},
          "Goyal et al., \"Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour\", 2017, "
          "arXiv:1706.02677"),
      schedule_entry<InverseTime>(
          "inverse_time", "η_k = η_0/(1 + k/T)",
          {{"base", &InverseTime::base, above(0), first_value},
           {"halved_at", &InverseTime::halved_at, above(0), "T, after so many steps it is η_0/2"}}),
      schedule_entry<Cosine>("cosine", "falls along half a cosine, and then stays",
                             {{"base", &Cosine::base, above(0), first_value},
                              {"steps", &Cosine::steps, at_least(1), "K, the length of the fall", required},
                              {"last", &Cosine::last, above(0), "η_K, the value from step K on"}},
                             "Loshchilov, Hutter, \"SGDR: Stochastic Gradient Descent with Warm Restarts\", ICLR 2017, "
                             "arXiv:1608.03983"),
      list_of_step_sizes()};
}

}  // namespace

const std::vector<PartEntry<StepSizeSchedule>>& step_size_schedules() {
  static const std::vector<PartEntry<StepSizeSchedule>> entries = all_schedules();
  return entries;
}

}  // namespace gossamer
