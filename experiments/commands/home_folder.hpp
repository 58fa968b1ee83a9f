#pragma once
#include <filesystem>

namespace gossamer {

/// The file of this program; its name as a command if the system does not know the file.
std::filesystem::path this_program();

/// The folder that has `analysis` (the Python package) and `experiments` (examples, papers, templates): share/gossamer
/// beside the folder of this program if there is one, as in an installation; else `usual`, which the build has set.
std::filesystem::path home_folder(const std::filesystem::path& usual);

}  // namespace gossamer
