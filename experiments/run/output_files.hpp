#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "experiments/trace/growing_file.hpp"

/// Files that a command writes: none of them may be one that it has read, nor another of them.
namespace gossamer {

struct OutputFile {
  std::filesystem::path path;
  std::string what;    ///< its name in messages: "the trace"
  std::string option;  ///< the option that names it: "--out"
};

/// Whether both name one file, also through links of either kind. The file need not exist yet. Devices and pipes have
/// no content, so they never count as the same file.
bool same_file(const std::filesystem::path& one, const std::filesystem::path& other);

/// Throws TraceError if one of the outputs would overwrite another one or a file that was read. `source` is the one
/// that messages call the experiment; it is empty if there is none.
void check_outputs(const std::vector<OutputFile>& outputs, const std::filesystem::path& source,
                   std::span<const std::filesystem::path> read);

}  // namespace gossamer
