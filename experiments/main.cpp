#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/command_line.hpp"

namespace {

/// Whether mpirun (or srun) started this process beside a first one, which finds the same wrong and says it for all.
bool has_a_spokesman() {
  for (const char* const variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
    if (const char* const rank = std::getenv(variable)) return std::string_view{rank} != "0";
  return false;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  std::ostream nowhere{nullptr};
  const bool silent = has_a_spokesman();
  return gossamer::command_line(words, silent ? nowhere : std::cout, silent ? nowhere : std::cerr);
}
