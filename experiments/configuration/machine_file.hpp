#pragma once
#include <string>

#include "experiments/configuration/json.hpp"

namespace gossamer {

/// Puts the blocks "network" and "compute" of the machine file that an experiment's key "machine" names into the
/// experiment, in place of that key. A block that stands in the experiment itself is left as it is.
///
/// A relative path leads where `find_data` says, hence beside the experiment file. Throws ExperimentError where there
/// is no such file, and, in the machine file's name, for what in its blocks cannot be.
void include_machine(Json& experiment, const std::string& name);

}  // namespace gossamer
