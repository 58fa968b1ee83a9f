#pragma once
#include <string>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/json.hpp"

namespace gossamer {

/// Puts the blocks "network" and "compute" of the machine file that an experiment's key "machine" names into the
/// experiment, in place of that key. A block that the experiment has already is left as it is.
///
/// `find_data` finds a relative path, for example in the experiment file's folder. Throws ExperimentError if there is
/// no such file, and, with the machine file's name, for errors in its blocks.
void include_machine(Json& experiment, const std::string& name, const Catalogue& catalogue);

}  // namespace gossamer
