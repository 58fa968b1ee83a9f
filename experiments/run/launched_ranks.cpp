#include "experiments/run/launched_ranks.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

namespace gossamer {
namespace {

std::optional<int> number_in(const char* variable) {
  const char* const found = std::getenv(variable);
  if (!found) return std::nullopt;
  const std::string_view text{found};
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

LaunchedRanks launched_ranks() {
  struct Variables {
    const char* count;
    const char* rank;
  };
  constexpr Variables launchers[] = {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                     {"PMI_SIZE", "PMI_RANK"},
                                     {"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"},
                                     {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"}};
  for (const Variables& names : launchers) {
    const auto count = number_in(names.count);
    if (count && *count > 1) return {.count = *count, .rank = number_in(names.rank).value_or(0)};
  }
  return {};
}

}  // namespace gossamer
