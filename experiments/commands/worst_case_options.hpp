#pragma once
#include <string>

#include "experiments/commands/worst_case.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/proof/worst_case_question.hpp"
#include "experiments/sweep/axis.hpp"

namespace gossamer {

/// The question that the options ask, before those of tables. Throws ExperimentError.
WorstCaseQuestion question_of(const WorstCaseCommand& command);

/// The question at a point of an axis. Throws ExperimentError.
WorstCaseQuestion changed(WorstCaseQuestion question, const Axis& axis, const AxisPoint& point);

/// A setting that gets its best value.
struct TunedSetting {
  std::string pointer;
  std::string name;
};

/// The setting of an algorithm that `--tune` names. Throws ExperimentError if no algorithm has it.
TunedSetting tuned_setting(const std::string& word, const Vocabulary& words);

}  // namespace gossamer
