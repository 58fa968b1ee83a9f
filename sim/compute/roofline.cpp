#include "sim/compute/roofline.hpp"

#include <algorithm>
#include <utility>

#include "sim/compute/compute_error.hpp"

namespace gossamer {
namespace {

class PerNodeConstant final : public StepTimes {
 public:
  explicit PerNodeConstant(std::vector<Seconds> steps) : steps_{std::move(steps)} {}
  Seconds duration(NodeId node, std::uint64_t, Seconds) const override {
    return steps_[static_cast<std::size_t>(node) % steps_.size()];
  }

 private:
  std::vector<Seconds> steps_;
};

}  // namespace

std::unique_ptr<StepTimes> step_times(const RooflineStep& settings, const std::vector<Work>& model) {
  const bool needs_model = settings.flops == 0 || settings.bytes == 0;
  if (needs_model && model.empty())
    throw ComputeError{"roofline: there is no model to take the work of a step from, expected both flops and bytes"};
  std::vector<Seconds> steps;
  for (const Work& work : needs_model ? model : std::vector<Work>{{}}) {
    const double flops = settings.flops == 0 ? work.flops : settings.flops;
    const double bytes = settings.bytes == 0 ? work.bytes : static_cast<double>(settings.bytes);
    steps.push_back(Seconds{std::max(flops / settings.peak, bytes / settings.memory_bandwidth)} + settings.overhead);
  }
  return std::make_unique<PerNodeConstant>(std::move(steps));
}

}  // namespace gossamer
