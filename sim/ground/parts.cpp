#include "sim/ground/parts.hpp"

namespace gossamer {

PartValue::PartValue(ChosenPart chosen) : chosen_{std::make_shared<const ChosenPart>(std::move(chosen))} {}

PartValue::PartValue(const PartType& type, std::shared_ptr<const void> part) {
  if (part) chosen_ = std::make_shared<const ChosenPart>(ChosenPart{.type = &type, .part = std::move(part)});
}

std::shared_ptr<const void> PartValue::part_of(const PartType& type) const {
  return chosen_ && chosen_->type == &type ? chosen_->part : nullptr;
}

bool operator==(const PartValue& a, const PartValue& b) {
  if (a.chosen_ == b.chosen_) return true;
  if (!a.chosen_ || !b.chosen_) return false;
  const bool named = !a->kind.empty() && !b->kind.empty();
  return named && a->type == b->type && a->kind == b->kind && a->values == b->values;
}

}  // namespace gossamer
