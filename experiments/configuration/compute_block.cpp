#include "experiments/configuration/compute_block.hpp"

#include <limits>
#include <utility>

namespace gossamer {

const std::vector<Field<CommonLawSettings>>& common_law_fields() {
  using enum CommonLawSettings::Draw;
  static const std::vector<Field<CommonLawSettings>> fields{
      {"draw", &CommonLawSettings::draw,
       choices<CommonLawSettings::Draw>({{"per_step", per_step}, {"per_node", per_node}}),
       "whether the law draws anew for every step, or once for each node, whose steps then all take as long"},
      {"averaging", &CommonLawSettings::averaging, above(0),
       "rate at which a node works what it has received into its model, which makes its next step longer; if not "
       "given, this takes no time",
       Presence::optional, Unit::bytes_per_second},
      {"cold_averaging", &CommonLawSettings::cold_averaging, above(0),
       "that rate where many steps lie between, so that what averages need has left the caches; if not given, the same",
       Presence::optional, Unit::bytes_per_second},
      Field<CommonLawSettings>{"cooling", &CommonLawSettings::cooling, above(0),
                               "steps that leave a share 1/e of it in the caches"}
          .read_if(where_given("cold_averaging")),
      {&CommonLawSettings::phases,
       {"unevenness", &Phases::unevenness, between(0, 0.9),
        "steps come in phases, in half of which they take 1 + this times as long, and 1 − this in the others"}},
      {&CommonLawSettings::phases, Field<Phases>{"phase", &Phases::steps, at_least(1), "steps of such a phase"}.read_if(
                                       where_not("unevenness", 0.0))}};
  return fields;
}

ComputeBlock read_compute(BlockReader& block) {
  block.expect({"stragglers"});
  block.expect_settings(settings_of(common_law_fields()));
  ComputeBlock result;
  result.law = block.choice(block.catalogue().step_time_laws(), usual_law);
  result.common_law = block.fill(common_law_fields());
  result.stragglers = block.choice_at("stragglers", block.catalogue().stragglers(), usual_stragglers);
  return result;
}

std::unique_ptr<StepTimes> ComputeBlock::build(NodeId nodes, std::uint64_t seed, std::vector<Work> model) const {
  const ComputeContext context{.nodes = nodes, .seed = seed, .resolve = {}, .model = std::move(model)};
  auto steps = law.build(context);
  if (common_law.draw == CommonLawSettings::Draw::per_node) steps = once_per_node(std::move(steps));
  if (common_law.phases.unevenness > 0) steps = in_phases(common_law.phases, std::move(steps), seed);
  steps = stragglers.build(std::move(steps), context);
  if (!common_law.averaging && !common_law.cold_averaging) return steps;
  constexpr double no_time = std::numeric_limits<double>::infinity();
  return averaging_at({.rate = common_law.averaging.value_or(no_time),
                       .cold_rate = common_law.cold_averaging,
                       .cooling = common_law.cooling},
                      std::move(steps));
}

std::optional<NodeDevices> ComputeBlock::devices(NodeId nodes, std::uint64_t seed) const {
  return built(stragglers.place, [&] {
    const ComputeContext context{
        .nodes = nodes, .seed = seed, .resolve = data_finder(stragglers.values, stragglers.place), .model = {}};
    return stragglers.entry->devices(stragglers.values, context);
  });
}

}  // namespace gossamer
