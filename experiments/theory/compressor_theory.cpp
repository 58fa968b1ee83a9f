#include "experiments/theory/compressor_theory.hpp"

#include <optional>

#include <fmt/format.h>

#include "experiments/configuration/common_blocks.hpp"
#include "sim/compression/relative_error.hpp"

namespace gossamer {
namespace {

void leave_out_both(const std::string& reason, Theory& theory) {
  for (const char* key : {"compressor_delta", "compressor_omega"}) theory.leave_out(key, reason);
}

}  // namespace

void add_compressor(const Experiment& experiment, Theory& theory) {
  if (!experiment.compressor) return leave_out_both("the algorithm has no compressor", theory);
  if (experiment.dimension == 0) return leave_out_both("there is no model", theory);
  const auto* const bounded = dynamic_cast<const RelativeErrorBound*>(experiment.compressor.get());
  const auto error = bounded ? bounded->relative_error(experiment.dimension) : std::nullopt;
  if (!error) return leave_out_both("the error of this compressor is not bounded by a multiple of the vector", theory);
  const double delta = 1 - error->factor;
  if (delta > 0)
    theory.add("compressor_delta",
               TheoryConstant{.value = delta, .source = "E|Q(v) - v|^2 <= (1 - delta) |v|^2 for every v"});
  else
    theory.leave_out("compressor_delta",
                     fmt::format("it is no contraction: the error is at most {:.6g} times |v|^2", error->factor));
  if (error->unbiased)
    theory.add("compressor_omega",
               TheoryConstant{.value = error->factor, .source = "E Q(v) = v, and E|Q(v) - v|^2 <= omega |v|^2"});
  else
    theory.leave_out("compressor_omega", "the compressor is biased");
}

}  // namespace gossamer
