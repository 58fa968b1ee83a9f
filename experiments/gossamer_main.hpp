#pragma once
#include "experiments/catalogue.hpp"

namespace gossamer {

/// The whole program `gossamer` with the entries of this catalogue: reads the arguments of `main` and the standard
/// streams, and returns the exit code. See `command_line`.
///
/// `home` has Gossamer's Python package and examples (see `home_folder`). CMake's target gossamer::experiments defines it.
int gossamer_main(const Catalogue& catalogue, int count, char** arguments, const char* home = GOSSAMER_HOME);

}  // namespace gossamer
