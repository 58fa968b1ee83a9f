#pragma once
#include <vector>

#include "experiments/catalogue.hpp"
#include "experiments/configuration/manual.hpp"

/// The parts of algorithms in the manual: compressors, schedules. They are found by the settings that hold them.
namespace gossamer {

/// One section for each type of parts.
std::vector<Section> sections_of_parts(const Catalogue& catalogue);

/// One block for each setting of an algorithm that is a part.
std::vector<Description> blocks_of_parts(const Catalogue& catalogue);

}  // namespace gossamer
