#pragma once
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The surroundings of a program: its catalogue, and the folder of its templates and examples (see `home_folder`).
struct RunOutputs {
  const Catalogue& catalogue;
  std::filesystem::path home;
};

/// The program `gossamer` with the entries of a catalogue, from its arguments (without its own name) to its exit code:
///
///     0 all is well     1 a bug           2 bad input, or a file that cannot be written
///     3 a run diverged  4 a run is stuck  130 a signal ended it
///
/// Commands that are written in Python are known here, but `run_analysis` answers them.
/// Results go to `out`; an error goes to `err`, as one message.
int command_line(const RunOutputs& surroundings, std::span<const std::string> arguments, std::ostream& out,
                 std::ostream& err);

}  // namespace gossamer
