#include "experiments/commands/worst_case.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/commands/worst_case_options.hpp"
#include "experiments/commands/worst_case_output.hpp"
#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/proof/best_setting.hpp"
#include "experiments/proof/instance_folder.hpp"
#include "experiments/proof/worst_case_question.hpp"
#include "experiments/sweep/axis.hpp"
#include "experiments/sweep/over_option.hpp"

namespace gossamer {
namespace {

/// The first line of a message, without the file.
std::string short_reason(const ExperimentError& error) {
  const std::string text = error.complaint().empty() ? error.what() : error.complaint();
  return text.substr(0, text.find('\n'));
}

class RowMaker {
 public:
  RowMaker(const Catalogue& catalogue, std::optional<TunedSetting> tuned, bool rate)
      : finder_{catalogue}, tuned_{std::move(tuned)}, rate_{rate} {}

  /// Throws ExperimentError.
  void answer(WorstCaseQuestion question, WorstCaseRow& row) {
    if (tuned_) {
      row.best = best_of(question);
      question = with(question, row.best->setting);
    }
    row.answer = finder_.answer(question);
    if (row.answer->has_experiment) row.measured = finder_.measured(question);
    if (!rate_) return;
    question.rounds += 2;
    row.rate = std::sqrt(finder_.answer(question).worst.value / row.answer->worst.value);
  }

 private:
  WorstCaseQuestion with(WorstCaseQuestion question, double setting) const {
    question.overrides.push_back(fmt::format("{}={}", tuned_->pointer, setting));
    return question;
  }
  BestSetting best_of(const WorstCaseQuestion& question) {
    WorstCaseQuestion of_one_round = question;
    of_one_round.rounds = 1;
    const double L = finder_.answer(of_one_round).settings.problems.smoothness;
    const auto value = [&](double setting) {
      try {
        return finder_.answer(with(question, setting)).worst.value;
      } catch (const ExperimentError&) {
        return std::numeric_limits<double>::infinity();  // a step so long that csdp finds no bound
      }
    };
    return tuned_->name == "step_size" ? best_positive(value, 0.5 / L) : best_between(value, 0, 1);
  }

  WorstCaseFinder finder_;
  std::optional<TunedSetting> tuned_;
  bool rate_;
};

std::vector<WorstCaseRow> rows_of(const WorstCaseQuestion& question, const std::vector<Axis>& axes, RowMaker& maker) {
  std::vector<WorstCaseRow> rows(1);
  std::vector<WorstCaseQuestion> questions{question};
  for (const Axis& axis : axes) {
    std::vector<WorstCaseRow> more;
    std::vector<WorstCaseQuestion> changed_questions;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (const AxisPoint& point : axis.points) {
        more.push_back(rows[r]);
        more.back().labels.push_back(point.text());
        changed_questions.push_back(changed(questions[r], axis, point));
      }
    }
    rows = std::move(more);
    questions = std::move(changed_questions);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    try {
      maker.answer(questions[r], rows[r]);
    } catch (const ExperimentError& error) {
      if (axes.empty()) throw;
      rows[r].reason = short_reason(error);
    }
  }
  return rows;
}

/// Writes the problem of the only row.
WrittenInstance write_instance_of(const WorstCaseRow& row, const WorstCaseQuestion& question,
                                  const std::optional<TunedSetting>& tuned, const std::filesystem::path& folder,
                                  const Catalogue& catalogue) {
  std::vector<std::string> overrides = question.overrides;
  if (row.best) overrides.push_back(fmt::format("{}={}", tuned->pointer, row.best->setting));
  const Configuration configuration = read_configuration(*question.source, question.file, overrides, catalogue);
  return write_instance(folder, configuration, row.answer->worst, row.answer->settings, catalogue);
}

}  // namespace

void worst_case_command(const WorstCaseCommand& command, const Catalogue& catalogue, std::ostream& out) {
  const Vocabulary words{catalogue};
  const WorstCaseQuestion question = question_of(command);
  std::vector<std::string> over = command.over;
  if (!command.compared.empty()) over.push_back("algorithm=" + command.compared);
  const std::vector<Axis> axes = axes_of_options(over, words, catalogue);
  std::optional<TunedSetting> tuned;
  if (!command.tuned.empty() || !command.compared.empty())
    tuned = tuned_setting(command.tuned.empty() ? "step_size" : command.tuned, words);

  if (command.instance && !axes.empty())
    refuse({"--instance " + command.instance->string(), ""}, "a table has many worst cases",
           "one worst case, without --over, --curve and --compare");
  RowMaker maker{catalogue, tuned, command.rate};
  const std::vector<WorstCaseRow> rows = rows_of(question, axes, maker);
  std::optional<WrittenInstance> written;
  if (command.instance) written = write_instance_of(rows.front(), question, tuned, *command.instance, catalogue);
  print_worst_cases(rows, axes, command, tuned, written, out);
}

}  // namespace gossamer
