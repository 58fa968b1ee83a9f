#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "experiments/catalogue.hpp"

namespace gossamer {

/// The arguments of `gossamer list`.
struct ListCommand {
  std::optional<std::string> kind = {};  ///< a registry, "topologies" or "topology"; empty: all
  bool json = false;
};

/// `gossamer list [KIND]`: names and sentences of everything, or of one registry, family by family. Each entry has a line
/// that begins with two spaces and its name. JSON also names `home`, the folder of the program's examples. Throws
/// ExperimentError if there is no such registry.
void list_command(const ListCommand& command, const Catalogue& catalogue, const std::filesystem::path& home,
                  std::ostream& out);

}  // namespace gossamer
