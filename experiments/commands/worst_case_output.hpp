#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "experiments/commands/worst_case_options.hpp"
#include "experiments/proof/best_setting.hpp"
#include "experiments/proof/instance_folder.hpp"

namespace gossamer {

/// A row of the table, or the only answer.
struct WorstCaseRow {
  std::vector<std::string> labels;
  std::optional<BestSetting> best = {};
  std::optional<WorstCaseAnswer> answer = {};
  std::optional<double> measured = {};  ///< what the experiment's own run has; it is one of the class
  std::optional<double> rate = {};      ///< factor per round
  std::string reason = {};              ///< why there is no answer
};

/// Prints the only answer, or a table of all rows, in the format of the command.
void print_worst_cases(const std::vector<WorstCaseRow>& rows, const std::vector<Axis>& axes,
                       const WorstCaseCommand& command, const std::optional<TunedSetting>& tuned,
                       const std::optional<WrittenInstance>& written, std::ostream& out);

}  // namespace gossamer
