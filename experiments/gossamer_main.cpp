#include "experiments/gossamer_main.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "experiments/commands/analysis_commands.hpp"
#include "experiments/commands/command_line.hpp"
#include "experiments/commands/home_folder.hpp"
#include "experiments/commands/standard_streams.hpp"
#include "experiments/run/signals.hpp"

namespace gossamer {
namespace {

/// Whether mpirun (or srun) started this process and a first one, which finds the same error and reports it for all.
bool rank_0_reports_errors() {
  for (const char* const variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
    if (const char* const rank = std::getenv(variable)) return std::string_view{rank} != "0";
  return false;
}

}  // namespace

int gossamer_main(const Catalogue& catalogue, int count, char** arguments, const char* home) {
  prepare_standard_streams();
  const std::vector<std::string> words(arguments + 1, arguments + count);
  std::ostream nowhere{nullptr};
  const bool silent = rank_0_reports_errors();
  const RunOutputs surroundings{.catalogue = catalogue, .home = home_folder(home)};
  if (asks_for_analysis(words)) return run_analysis(words, surroundings.home, std::cerr);
  end_on_signals(silent);
  DescriptorBuffer standard_output{STDOUT_FILENO};
  std::ostream out{&standard_output};
  const int code = command_line(surroundings, words, silent ? nowhere : out, silent ? nowhere : std::cerr);
  return code_after_output(standard_output, code, std::cerr);
}

}  // namespace gossamer
