#include "experiments/commands/worst_case_output.hpp"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
#include "experiments/configuration/overrides.hpp"

namespace gossamer {
namespace {

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

void print_one(const WorstCaseRow& row, const WorstCaseCommand& command, const std::optional<TunedSetting>& tuned,
               std::ostream& out) {
  const WorstCaseAnswer& answer = *row.answer;
  const ProblemClass& problems = answer.settings.problems;
  const std::string source =
      answer.known_from_experiment.empty() ? "" : fmt::format(" ({}: the experiment's)", answer.known_from_experiment);
  out << labeled("algorithm", answer.algorithm);
  if (row.best)
    out << labeled("best " + tuned->name,
                   fmt::format("{:.6g}, of {} that were tried", row.best->setting, row.best->tries));
  out << labeled("rounds", fmt::format("{}, with {} gradients at each node", answer.settings.rounds,
                                       answer.worst.run.points.size() - (answer.worst.run.measured ? 1 : 0)));
  out << labeled("problems",
                 fmt::format("convex, L = {:.6g}, mu = {:.6g}, R = {:.6g}, zeta = {}{}", problems.smoothness,
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

Table table_of(const std::vector<WorstCaseRow>& rows, const std::vector<Axis>& axes,
               const std::optional<TunedSetting>& tuned) {
  Table table;
  for (const Axis& axis : axes) table.names.push_back(axis.name);
  if (tuned) table.names.push_back("best_" + tuned->name);
  for (const char* const name : {"worst_case", "certificate", "gap", "holds"}) table.names.emplace_back(name);
  const bool has_rate =
      std::any_of(rows.begin(), rows.end(), [](const WorstCaseRow& row) { return row.rate.has_value(); });
  if (has_rate) table.names.emplace_back("rate");
  const bool has_textbook =
      std::any_of(rows.begin(), rows.end(), [](const WorstCaseRow& row) { return row.answer && row.answer->textbook; });
  if (has_textbook) table.names.emplace_back("textbook");
  const bool has_run =
      std::any_of(rows.begin(), rows.end(), [](const WorstCaseRow& row) { return row.measured.has_value(); });
  if (has_run) table.names.emplace_back("this_run");
  for (const WorstCaseRow& row : rows) {
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
    if (has_run) cells.push_back(row.measured ? fmt::format("{:.9g}", *row.measured) : "");
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

Json json_of(const WorstCaseRow& row, const std::vector<Axis>& axes, const WorstCaseCommand& command,
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
    json["textbook"] = {
        {"value", answer.textbook->value}, {"formula", answer.textbook->formula}, {"source", answer.textbook->source}};
  if (row.measured) json["measured"] = *row.measured;
  return json;
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

void print_worst_cases(const std::vector<WorstCaseRow>& rows, const std::vector<Axis>& axes,
                       const WorstCaseCommand& command, const std::optional<TunedSetting>& tuned,
                       const std::optional<WrittenInstance>& written, std::ostream& out) {
  using enum WorstCaseCommand::Output;
  if (command.output == json) {
    Json all = Json::array();
    for (const WorstCaseRow& row : rows) all.push_back(json_of(row, axes, command, tuned));
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
