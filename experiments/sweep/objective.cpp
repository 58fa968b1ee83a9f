#include "experiments/sweep/objective.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/trace/growing_file.hpp"

namespace gossamer {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

std::optional<double> number_of(const Json& record, const std::string& key) {
  const Json* const found = find_key(record, key);
  return found && found->is_number() ? std::optional{found->get<double>()} : std::nullopt;
}

/// The quantity of a sample, or its mean over own models.
std::optional<double> measured(const Json& sample, const std::string& quantity) {
  const auto own = number_of(sample, quantity);
  return own ? own : number_of(sample, quantity + "_mean");
}

bool rises(const std::string& quantity) { return quantity.find("accuracy") != quantity.npos; }

const char* cost_key(SearchObjective::What what) {
  if (what == SearchObjective::What::bytes) return "sent_bytes_per_node";
  return what == SearchObjective::What::node_steps ? "node_steps_per_node" : "time_s";
}

/// A quantity and what it has cost so far.
struct Point {
  double quantity = 0;
  double cost = 0;
};

/// The part of the way from one point to the next at which the target is.
double part_of_way(const Point& before, const Point& after, double target, bool is_rising) {
  const bool by_factors = !is_rising && before.quantity > 0 && after.quantity > 0 && target > 0;
  const auto scale = [&](double x) { return by_factors ? std::log(x) : x; };
  return (scale(target) - scale(before.quantity)) / (scale(after.quantity) - scale(before.quantity));
}

}  // namespace

double objective_of(const std::filesystem::path& trace, const SearchObjective& objective) {
  std::ifstream file{trace, std::ios::binary};
  const bool is_rising = rises(objective.quantity);
  std::optional<Point> last;
  std::optional<double> reached;
  for (std::string line; std::getline(file, line);) {
    const Json record = parse_json(line, trace.string());
    const Json* const kind = find_key(record, "record");
    if (kind && *kind == "end") {
      if (record.value("reason", "") == "diverged") return never;
      if (objective.what == SearchObjective::What::stable) return 0;
      if (objective.what != SearchObjective::What::final_value) return reached.value_or(never);
      return last ? (is_rising ? -last->quantity : last->quantity) : never;
    }
    const auto quantity = measured(record, objective.quantity);
    const auto cost = number_of(record, cost_key(objective.what));
    if (!kind || *kind != "sample" || !quantity || !cost) continue;
    const Point now{*quantity, *cost};
    const bool is_there = is_rising ? now.quantity >= objective.target : now.quantity <= objective.target;
    if (is_there && !reached)
      reached =
          last ? last->cost + part_of_way(*last, now, objective.target, is_rising) * (now.cost - last->cost) : now.cost;
    last = now;
  }
  throw TraceError{fmt::format("{}: holds no complete trace", trace.string())};
}

}  // namespace gossamer
