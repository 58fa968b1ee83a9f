#include "algorithms/schedules/step_size.hpp"

#include <utility>
#include <variant>

#include "algorithms/schedules/schedules.hpp"

namespace gossamer {

const PartType& StepSizeSchedule::part_type() {
  static const PartType type{
      .name = "schedules",
      .noun = "a step-size schedule",
      .note = "a number is a step size that stays; k counts the gradients that a node has finished",
      .number = PartType::Number{.kind = constant_step_size().name, .setting = constant_step_size().settings.front()}};
  return type;
}

const PartEntry<StepSizeSchedule>& constant_step_size() {
  static const auto constant = schedule_entry<ConstantStepSize>(
      "constant", "η_k = value", {{"value", &ConstantStepSize::value, above(0), "η", required}});
  return constant;
}

StepSize::StepSize(PartValue chosen) : chosen_{std::move(chosen)}, schedule_{chosen_.as<StepSizeSchedule>().get()} {
  const PartType::Number& number = *StepSizeSchedule::part_type().number;
  if (chosen_->kind != number.kind) return;
  constant_ = std::get<double>(chosen_->values.at(number.setting.name));
  chosen_ = {};
}

PartValue StepSize::value() const {
  if (chosen_) return chosen_;
  const PartType& type = StepSizeSchedule::part_type();
  return part_value(type, constant_step_size(), {{type.number->setting.name, constant_}});
}

}  // namespace gossamer
