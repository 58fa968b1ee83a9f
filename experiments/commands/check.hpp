#pragma once
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The outputs of `gossamer check`. The JSON has a stream of its own, so that another program can read it.
struct CheckOutput {
  std::ostream& json;
  std::ostream& facts;
};

/// `gossamer check FILE`: builds everything, runs nothing. Prints the resolved configuration; and facts of the graph,
/// of the data and of the model, then warnings, each line beginning with two spaces. Throws ExperimentError for
/// any error.
void check_command(const std::filesystem::path& file, const std::vector<std::string>& overrides, CheckOutput output,
                   const Catalogue& catalogue);

}  // namespace gossamer
