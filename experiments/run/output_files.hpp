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
  std::string what;    ///< as messages call it: "the trace"
  std::string option;  ///< that names it: "--out"
};

/// Whether both name one file, which need not be there yet: through links of either kind, too. Devices and pipes hold
/// nothing, so they are nobody's.
bool same_file(const std::filesystem::path& one, const std::filesystem::path& other);

/// Throws TraceError if one of the outputs would overwrite another one or a file that was read. Among these, messages
/// call `source` the experiment; it is empty where there is none.
void check_outputs(const std::vector<OutputFile>& outputs, const std::filesystem::path& source,
                   std::span<const std::filesystem::path> read);

}  // namespace gossamer
