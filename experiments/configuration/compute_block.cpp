#include "experiments/configuration/compute_block.hpp"

#include <limits>
#include <utility>

#include "experiments/configuration/building.hpp"
#include "experiments/configuration/source_file.hpp"
#include "sim/compute/laws.hpp"

namespace gossamer {

ComputeBlock read_compute(BlockReader& block) {
  block.expect({"stragglers"});
  block.expect_settings(settings_of(drawing_fields()));
  ComputeBlock result;
  result.law = block.choice(block.catalogue().step_time_laws(), usual_law);
  result.drawing = filled(block, drawing_fields());
  result.stragglers =
      read_inner(block, "stragglers", block.block("stragglers"), block.catalogue().stragglers(), usual_stragglers);
  return result;
}

std::unique_ptr<StepTimes> build_step_times(const ComputeBlock& block, NodeId nodes, std::uint64_t seed,
                                            std::vector<Work> model) {
  ComputeContext context{.nodes = nodes, .seed = seed, .resolve = {}, .model = std::move(model)};
  const auto& law = block.law;
  auto steps = built(law.place, [&] {
    context.resolve = data_finder(law.values, law.place);
    return law.entry->make(law.values, context);
  });
  if (block.drawing.draw == Drawing::Draw::per_node) steps = once_per_node(std::move(steps));
  if (block.drawing.phases.unevenness > 0) steps = in_phases(block.drawing.phases, std::move(steps), seed);
  const auto& slow = block.stragglers;
  steps = built(slow.place, [&] {
    context.resolve = data_finder(slow.values, slow.place);
    return slow.entry->make(slow.values, std::move(steps), context);
  });
  const Drawing& drawing = block.drawing;
  if (!drawing.averaging && !drawing.cold_averaging) return steps;
  constexpr double no_time = std::numeric_limits<double>::infinity();
  return averaging_at(
      {.rate = drawing.averaging.value_or(no_time), .cold_rate = drawing.cold_averaging, .cooling = drawing.cooling},
      std::move(steps));
}

std::optional<NodeDevices> build_devices(const ComputeBlock& block, NodeId nodes, std::uint64_t seed) {
  const auto& slow = block.stragglers;
  return built(slow.place, [&] {
    const ComputeContext context{
        .nodes = nodes, .seed = seed, .resolve = data_finder(slow.values, slow.place), .model = {}};
    return slow.entry->devices(slow.values, context);
  });
}

}  // namespace gossamer
