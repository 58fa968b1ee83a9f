#pragma once
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The options of `gossamer check`.
struct CheckCommand {
  std::filesystem::path file = {};
  std::vector<std::string> overrides = {};
  bool theory = false;  ///< whether the constants of theory are computed
  bool json = false;    ///< whether they alone are printed, as an object with the key "theory"
};

/// The outputs of `gossamer check`. The JSON has a stream of its own, so that another program can read it.
struct CheckOutput {
  std::ostream& json;
  std::ostream& facts;
};

/// `gossamer check FILE`: builds everything, runs nothing. Prints the resolved configuration; and facts of the graph,
/// of the data and of the model, then the constants of theory if they are asked for, then warnings, each line beginning
/// with two spaces. Throws ExperimentError for any error.
void check_command(const CheckCommand& command, CheckOutput output, const Catalogue& catalogue);

}  // namespace gossamer
