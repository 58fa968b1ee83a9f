#pragma once
#include "experiments/catalogue.hpp"

namespace gossamer {

/// The whole program `gossamer` with the entries of this catalogue: reads the arguments of `main` and the standard
/// streams, and returns the exit code. See `command_line`.
int gossamer_main(const Catalogue& catalogue, int count, char** arguments);

}  // namespace gossamer
