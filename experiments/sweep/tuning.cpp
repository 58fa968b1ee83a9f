#include "experiments/sweep/tuning.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/nearest_name.hpp"
#include "experiments/configuration/setting_text.hpp"
#include "experiments/sweep/axis.hpp"
#include "experiments/sweep/measures.hpp"
#include "experiments/sweep/sweep_keys.hpp"

namespace gossamer {
namespace {

constexpr auto objective_example =
    R"({"final": "train_loss"}, {"time": {"train_loss": 0.5}}, the same with bytes or node_steps, or "stable")";

/// The numbers of the block.
struct TuningNumbers {
  double from = 0, to = 0, tolerance = 1.1;
  std::int64_t grid = 5;
  std::int64_t seeds = 2;
};

const std::vector<Field<TuningNumbers>>& tuning_fields() {
  static const std::vector<Field<TuningNumbers>> fields{
      {"from", &TuningNumbers::from, above(0), "the least value", required},
      {"to", &TuningNumbers::to, above(0), "the largest value", required},
      {"tolerance", &TuningNumbers::tolerance, above(1), "the factor within which the result is known"},
      {"grid", &TuningNumbers::grid, between(3, 1000), "values that are tried before the search is refined"},
      {"seeds", &TuningNumbers::seeds, between(1, 1000), "how many seeds each value has"}};
  return fields;
}

void check_measure(const std::string& quantity, const Place& place) {
  const std::vector<std::string> names = names_of_measures();
  if (std::find(names.begin(), names.end(), quantity) != names.end()) return;
  refuse(place, fmt::format("\"{}\" is no measure of models", quantity),
         fmt::format("one of: {}", fmt::join(names, ", ")), nearest_name(quantity, names));
}

SearchObjective read_objective(const Json& given, const Place& place) {
  using enum SearchObjective::What;
  if (given == "stable") return {.what = stable};
  if (!given.is_object() || given.size() != 1)
    refuse(place, fmt::format("{} is no objective", shown(given)), objective_example);
  const auto first = given.items().begin();
  const std::string key = first.key();
  const Json& value = first.value();
  if (key == "final" && value.is_string()) {
    check_measure(value.get<std::string>(), place.at(key));
    return {.what = final_value, .quantity = value.get<std::string>()};
  }
  for (const auto& [name, what] : {std::pair{"time", time}, {"bytes", bytes}, {"node_steps", node_steps}}) {
    if (key != name || !value.is_object() || value.size() != 1 || !value.front().is_number()) continue;
    const std::string quantity{value.items().begin().key()};
    check_measure(quantity, place.at(key));
    return {.what = what, .quantity = quantity, .target = value.front().get<double>()};
  }
  refuse(place, fmt::format("{} is no objective", shown(given)), objective_example);
}

/// Whether the setting at a pointer takes integers alone.
bool takes_integers(const std::string& pointer, const Vocabulary& words) {
  const auto places = words.places_of(last_key(pointer));
  return std::any_of(places.begin(), places.end(), [&](const KeyPlace& place) {
    return place.block + "/" + last_key(pointer) == pointer && is_integral(*place.setting);
  });
}

}  // namespace

Tuning read_tuning(BlockReader& block, const Vocabulary& words) {
  block.expect(sweep_keys_of("/tune"));
  block.refuse_unknown();
  const std::string word =
      std::get<std::string>(block.setting({.name = "key", .type = Setting::Type::text, .required = true}));
  Tuning tuning{.pointer = pointer_of_key(word, block.place().at("key"), words)};
  if (tuning.pointer.empty())
    refuse(block.place().at("key"), fmt::format("\"{}\" is not a key of an experiment file", word),
           "a path such as /algorithm/step_size, or the name of a key");
  const auto numbers = block.fill(tuning_fields());
  if (numbers.from >= numbers.to)
    refuse(block.place().at("to"), fmt::format("{} is not above {}", numbers.to, numbers.from),
           "\"from\" below \"to\"");
  tuning.range = {.from = numbers.from,
                  .to = numbers.to,
                  .integers = takes_integers(tuning.pointer, words),
                  .tolerance = numbers.tolerance};
  tuning.grid = static_cast<int>(numbers.grid);
  tuning.objective =
      read_objective(block.required_block("objective", objective_example), block.place().at("objective"));
  constexpr std::int64_t first_seed = 1'000'001;  // that no list of seeds is likely to have
  for (std::int64_t k = 0; k < numbers.seeds; ++k) tuning.seeds.push_back(first_seed + k);
  return tuning;
}

}  // namespace gossamer
