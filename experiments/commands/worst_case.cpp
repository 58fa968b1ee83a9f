#include "experiments/commands/worst_case.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/configuration.hpp"
#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/overrides.hpp"
#include "experiments/configuration/source_file.hpp"
#include "experiments/configuration/vocabulary.hpp"
#include "experiments/proof/best_setting.hpp"
#include "experiments/proof/instance_folder.hpp"
#include "experiments/proof/worst_case_question.hpp"
#include "experiments/sweep/axis.hpp"
#include "experiments/sweep/over_option.hpp"

namespace gossamer {
namespace {

/// A number on the command line, or none.
std::optional<double> number_in(std::string_view text) {
  if (text == "inf") return std::numeric_limits<double>::infinity();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

double required_number(const std::string& option, std::string_view text) {
  const auto number = number_in(text);
  if (!number) refuse({option, ""}, fmt::format("\"{}\" is not a number", text));
  return *number;
}

/// The quantities of a question that are no keys of an experiment, by their symbols.
void set_quantity(WorstCaseQuestion& question, const std::string& option, std::string_view symbol, double value) {
  GivenConstants& constants = question.constants;
  if (symbol == "K") {
    if (value < 1 || value > 1000 || value != std::floor(value))
      refuse({option, ""}, fmt::format("K = {}", value), "a number of rounds from 1 to 1000");
    question.rounds = static_cast<int>(value);
  } else if (symbol == "lambda" || symbol == "lam") {
    question.spectrum = SpectrumInterval{.least = -std::abs(value), .largest = std::abs(value), .changing = false};
  } else if (symbol == "L") {
    constants.smoothness = value;
  } else if (symbol == "mu") {
    constants.strong_convexity = value;
  } else if (symbol == "R") {
    constants.distance = value;
  } else if (symbol == "zeta") {
    constants.dissimilarity = value;
  } else if (symbol == "delta") {
    if (!(value > 0 && value <= 1)) refuse({option, ""}, fmt::format("delta = {}", value), "0 < delta <= 1");
    constants.contraction = value;
  } else {
    refuse({option, ""}, fmt::format("\"{}\" is neither a constant nor a key of an experiment", symbol),
           "one of: K, L, R, delta, lambda, mu, zeta; or a key such as step_size");
  }
}

void set_constants(WorstCaseQuestion& question, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view one = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      const auto equals = one.find('=');
      const std::string option = "--class " + text;
      if (equals == one.npos) refuse({option, ""}, fmt::format("\"{}\" has no value", one), "such as L=1,mu=0.1,R=1");
      const std::string_view symbol = one.substr(0, equals);
      if (symbol == "K" || symbol.starts_with("lam"))
        refuse({option, ""}, fmt::format("\"{}\" is not a constant of problems", symbol), "L, mu, R, zeta or delta");
      set_quantity(question, option, symbol, required_number(option, one.substr(equals + 1)));
    }
  }
}

void set_spectrum(WorstCaseQuestion& question, const WorstCaseCommand& command) {
  const std::string& text = command.spectrum;
  const std::string option = "--spectrum " + text;
  if (text == "interval") question.interval_of_graph = true;
  if (text == "graph" || text == "interval") {
    if (command.changing) refuse({"--changing", ""}, "the graph's own W are known", "--spectrum l,u");
    return;
  }
  const auto comma = text.find(',');
  if (comma == text.npos) refuse({option, ""}, "is no interval", "graph, interval, or two numbers such as -0.5,0.9");
  question.spectrum = SpectrumInterval{.least = required_number(option, std::string_view{text}.substr(0, comma)),
                                       .largest = required_number(option, std::string_view{text}.substr(comma + 1)),
                                       .changing = command.changing};
}

WorstCaseQuestion question_of(const WorstCaseCommand& command) {
  WorstCaseQuestion question{.source = std::make_shared<const Json>(read_source_file(command.file)),
                             .file = command.file,
                             .overrides = command.overrides,
                             .rounds = command.rounds,
                             .measure = command.measure,
                             .start = command.start};
  set_constants(question, command.constants);
  set_spectrum(question, command);
  return question;
}

/// The question at a point of an axis.
WorstCaseQuestion changed(WorstCaseQuestion question, const Axis& axis, const AxisPoint& point) {
  if (point.changes.empty()) {
    const std::string option = "--over " + axis.name;
    set_quantity(question, option, axis.name, required_number(option, point.text()));
  }
  for (const KeyChange& change : point.changes) question.overrides.push_back(change.pointer + "=" + change.json);
  return question;
}

/// A setting that gets its best value.
struct TunedSetting {
  std::string pointer;
  std::string name;
};

TunedSetting tuned_setting(const std::string& word, const Vocabulary& words) {
  const std::string name = word.starts_with('/') ? last_key(word) : word;
  const auto places = words.places_of(name);
  const bool is_setting = std::any_of(places.begin(), places.end(), [](const KeyPlace& place) {
    return place.block == "/algorithm" && place.setting->type == Setting::Type::number;
  });
  if (!is_setting && name != "step_size")
    refuse({"--tune " + word, ""}, fmt::format("no algorithm has a number \"{}\"", name), "such as step_size");
  return {.pointer = word.starts_with('/') ? word : "/algorithm/" + word, .name = name};
}

/// A row of the table.
struct Row {
  std::vector<std::string> labels;
  std::optional<BestSetting> best = {};
  std::optional<WorstCaseAnswer> answer = {};
  std::optional<double> measured = {};  ///< what the experiment's own run has; it is one of the class
  std::optional<double> rate = {};  ///< factor per round
  std::string reason = {};  ///< why there is no answer
};

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
  void answer(WorstCaseQuestion question, Row& row) {
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

std::vector<Row> rows_of(const WorstCaseQuestion& question, const std::vector<Axis>& axes, RowMaker& maker) {
  std::vector<Row> rows(1);
  std::vector<WorstCaseQuestion> questions{question};
  for (const Axis& axis : axes) {
    std::vector<Row> more;
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

std::string words_of(WorstMeasure measure) {
  switch (measure) {
    case WorstMeasure::value:
      return "f(x_mean) - f*";
    case WorstMeasure::mean:
      return "|x_mean - x*|^2";
    case WorstMeasure::distance:
      return "(1/n) sum |x_i - x*|^2";
    case WorstMeasure::consensus:
      return "(1/n) sum |x_i - x_mean|^2";
    case WorstMeasure::gradient:
      return "|grad f(x_mean)|^2";
    case WorstMeasure::average:
      break;
  }
  return "f(mean of all x_mean) - f*";
}

std::string zeta_of(const ProblemClass& problems) {
  return problems.dissimilarity ? fmt::format("{:.6g}", *problems.dissimilarity) : "unbounded";
}

std::string labeled(std::string_view name, std::string_view value) { return fmt::format("{:<16}{}\n", name, value); }

void print_one(const Row& row, const WorstCaseCommand& command, const std::optional<TunedSetting>& tuned,
               std::ostream& out) {
  const WorstCaseAnswer& answer = *row.answer;
  const ProblemClass& problems = answer.settings.problems;
  const std::string source = answer.known_from_experiment.empty()
                                 ? ""
                                 : fmt::format(" ({}: the experiment's)", answer.known_from_experiment);
  out << labeled("algorithm", answer.algorithm);
  if (row.best)
    out << labeled("best " + tuned->name, fmt::format("{:.6g}, of {} that were tried", row.best->setting, row.best->tries));
  out << labeled("rounds", fmt::format("{}, with {} gradients at each node", answer.settings.rounds,
                                    answer.worst.run.points.size() - (answer.worst.run.measured ? 1 : 0)));
  out << labeled("problems", fmt::format("convex, L = {:.6g}, mu = {:.6g}, R = {:.6g}, zeta = {}{}", problems.smoothness,
                                      problems.strong_convexity, problems.distance, zeta_of(problems), source));
  out << labeled("", fmt::format("{} start, exact gradients, no faults", symbolic_starts.name(command.start)));
  out << labeled("matrices", answer.matrices);
  out << labeled("measure", words_of(command.measure));
  out << labeled(answer.is_exact ? "worst case" : "at most",
              fmt::format("{:.9g}, {}", answer.worst.value,
                          answer.is_exact ? "attained by a problem of the class" : "an upper bound"));
  out << labeled("certificate", fmt::format("{:.0e} (a proof if above -1e-12), gap {:.0e}", answer.worst.certificate,
                                         answer.worst.gap));
  if (row.rate) out << labeled("rate", fmt::format("{:.6g} per round, over the two that follow", *row.rate));
  if (answer.textbook)
    out << labeled("textbook", fmt::format("{:.9g} = {}, {}", answer.textbook->value, answer.textbook->formula,
                                        answer.textbook->source));
  if (row.measured)
    out << labeled("this run", fmt::format("{:.9g}, {:.3g} % of the worst case", *row.measured,
                                        100 * *row.measured / answer.worst.value));
}

/// The names of the columns, and the texts of each row.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> cells;
};

Table table_of(const std::vector<Row>& rows, const std::vector<Axis>& axes, const std::optional<TunedSetting>& tuned) {
  Table table;
  for (const Axis& axis : axes) table.names.push_back(axis.name);
  if (tuned) table.names.push_back("best_" + tuned->name);
  for (const char* const name : {"worst_case", "certificate", "gap", "holds"}) table.names.emplace_back(name);
  const bool has_rate = std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.rate.has_value(); });
  if (has_rate) table.names.emplace_back("rate");
  const bool has_textbook =
      std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.answer && row.answer->textbook; });
  if (has_textbook) table.names.emplace_back("textbook");
  for (const Row& row : rows) {
    std::vector<std::string> cells = row.labels;
    if (tuned) cells.push_back(row.best ? fmt::format("{:.6g}", row.best->setting) : "");
    if (row.answer) {
      const WorstCase& worst = row.answer->worst;
      cells.push_back(fmt::format("{:.9g}", worst.value));
      cells.push_back(fmt::format("{:.0e}", worst.certificate));
      cells.push_back(fmt::format("{:.0e}", worst.gap));
      cells.emplace_back(row.answer->is_exact ? "exact" : "upper bound");
    } else {
      cells.insert(cells.end(), {"", "", "", row.reason});
    }
    if (has_rate) cells.push_back(row.rate ? fmt::format("{:.6g}", *row.rate) : "");
    if (has_textbook)
      cells.push_back(row.answer && row.answer->textbook ? fmt::format("{:.9g}", row.answer->textbook->value) : "");
    table.cells.push_back(std::move(cells));
  }
  return table;
}

void print_text(const Table& table, std::ostream& out) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < table.names.size(); ++c) {
    widths.push_back(table.names[c].size());
    for (const auto& cells : table.cells)
      if (!cells[c].empty() && cells[c].size() < 40) widths[c] = std::max(widths[c], cells[c].size());
  }
  const auto print = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t c = 0; c < cells.size(); ++c) text += fmt::format("{:<{}}  ", cells[c], widths[c]);
    out << text.substr(0, text.find_last_not_of(' ') + 1) << '\n';
  };
  print(table.names);
  for (const auto& cells : table.cells) print(cells);
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  return quoted + "\"";
}

void print_csv(const Table& table, std::ostream& out) {
  const auto print = [&out](const std::vector<std::string>& cells) {
    std::vector<std::string> quoted;
    for (const std::string& cell : cells) quoted.push_back(csv_cell(cell));
    out << fmt::format("{}\n", fmt::join(quoted, ","));
  };
  print(table.names);
  for (const auto& cells : table.cells) print(cells);
}

Json json_of(const Row& row, const std::vector<Axis>& axes, const WorstCaseCommand& command,
             const std::optional<TunedSetting>& tuned) {
  Json json = Json::object();
  for (std::size_t a = 0; a < axes.size(); ++a) json[axes[a].name] = json_or_text(row.labels[a]);
  if (!row.answer) {
    json["refused"] = row.reason;
    return json;
  }
  const WorstCaseAnswer& answer = *row.answer;
  const ProblemClass& problems = answer.settings.problems;
  if (row.best) json["best"] = {{"setting", tuned->name}, {"value", row.best->setting}, {"tries", row.best->tries}};
  json["algorithm"] = parse_json(answer.algorithm, command.file);
  json["rounds"] = answer.settings.rounds;
  json["measure"] = worst_measures.name(answer.settings.measure);
  json["start"] = symbolic_starts.name(answer.settings.start);
  json["class"] = {{"L", problems.smoothness}, {"mu", problems.strong_convexity}, {"R", problems.distance}};
  json["class"]["zeta"] = problems.dissimilarity ? Json(*problems.dissimilarity) : Json(nullptr);
  json["matrices"] = answer.matrices;
  json["worst_case"] = answer.worst.value;
  json["exact"] = answer.is_exact;
  json["attained"] = answer.worst.attained;
  json["certificate"] = answer.worst.certificate;
  json["gap"] = answer.worst.gap;
  if (row.rate) json["rate"] = *row.rate;
  json["blocks"] = answer.worst.block_sizes;
  json["constraints"] = answer.worst.constraints;
  if (answer.textbook)
    json["textbook"] = {{"value", answer.textbook->value},
                        {"formula", answer.textbook->formula},
                        {"source", answer.textbook->source}};
  if (row.measured) json["measured"] = *row.measured;
  return json;
}

/// Writes the problem of the only row.
WrittenInstance write_instance_of(const Row& row, const WorstCaseQuestion& question,
                                  const std::optional<TunedSetting>& tuned, const std::filesystem::path& folder,
                                  const Catalogue& catalogue) {
  std::vector<std::string> overrides = question.overrides;
  if (row.best) overrides.push_back(fmt::format("{}={}", tuned->pointer, row.best->setting));
  const Configuration configuration = read_configuration(*question.source, question.file, overrides, catalogue);
  return write_instance(folder, configuration, row.answer->worst, row.answer->settings, catalogue);
}

std::string words_of(const WrittenInstance& written, double worst) {
  return fmt::format("{}: {} nodes, {} dimensions; its run attains {:.9g} ({:+.0e}), by {}",
                     written.experiment.string(), written.nodes, written.dimension, written.attained,
                     written.attained / worst - 1, written.columns);
}

Json json_of(const WrittenInstance& written) {
  return {{"experiment", written.experiment.string()}, {"nodes", written.nodes},       {"dimension", written.dimension},
          {"node_steps", written.node_steps},          {"attained", written.attained}, {"columns", written.columns}};
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
  const std::vector<Row> rows = rows_of(question, axes, maker);
  std::optional<WrittenInstance> written;
  if (command.instance) written = write_instance_of(rows.front(), question, tuned, *command.instance, catalogue);
  using enum WorstCaseCommand::Output;
  if (command.output == json) {
    Json all = Json::array();
    for (const Row& row : rows) all.push_back(json_of(row, axes, command, tuned));
    if (written) all.front()["instance"] = json_of(*written);
    Json table = Json::object();
    table["rows"] = all;
    out << pretty(axes.empty() ? all.front() : table) << '\n';
  } else if (command.output == csv) {
    print_csv(table_of(rows, axes, tuned), out);
  } else if (axes.empty()) {
    print_one(rows.front(), command, tuned, out);
    if (written) out << labeled("instance", words_of(*written, rows.front().answer->worst.value));
  } else {
    print_text(table_of(rows, axes, tuned), out);
  }
}

}  // namespace gossamer
