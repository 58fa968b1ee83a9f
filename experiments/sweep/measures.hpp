#pragma once
#include <string>
#include <vector>

namespace gossamer {

/// What runs can reach: the measures of models in samples, of the nodes' own models on average. Counts and times are none.
std::vector<std::string> names_of_measures();

}  // namespace gossamer
