#pragma once
#include <filesystem>
#include <iosfwd>
#include <string>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The words of `gossamer new`.
struct NewProject {
  std::string kind;  ///< "algorithm" or "model": a folder of experiments/templates
  std::string name;  ///< of the entry and of the folder
};

/// Writes a project of its own to a new folder: CMake, a source with the entry, a program, a test and an experiment.
/// They are copies of a template, with its names replaced. `home` has the templates (see `home_folder`).
///
/// Throws ExperimentError if the name is no identifier in lower case, if the catalogue has it or the library a function of
/// that name, if the folder exists, or if files cannot be read or written.
void new_command(const NewProject& project, const Catalogue& catalogue, const std::filesystem::path& home,
                 std::ostream& out);

}  // namespace gossamer
