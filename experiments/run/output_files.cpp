#include "experiments/run/output_files.hpp"

#include <cstddef>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace gossamer {
namespace {

[[noreturn]] void refuse_output(const OutputFile& output, std::string_view lost) {
  throw TraceError{fmt::format("{}: {} would overwrite {}; name another file with {}", output.path.string(),
                               output.what, lost, output.option)};
}

/// The final destination of a path. A link may lead to a file that does not exist yet.
std::filesystem::path destination(const std::filesystem::path& path) {
  constexpr int most_links = 40;  // as many as the system follows
  std::error_code unknown;
  std::filesystem::path end = std::filesystem::absolute(path, unknown);
  for (int k = 0; k < most_links && std::filesystem::is_symlink(std::filesystem::symlink_status(end, unknown)); ++k)
    end = end.parent_path() / std::filesystem::read_symlink(end, unknown);
  return std::filesystem::weakly_canonical(end, unknown);
}

}  // namespace

bool same_file(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code unknown;
  const auto status = std::filesystem::status(one, unknown);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return false;
  return std::filesystem::equivalent(one, other, unknown) || destination(one) == destination(other);
}

void check_outputs(const std::vector<OutputFile>& outputs, const std::filesystem::path& source,
                   std::span<const std::filesystem::path> read) {
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const OutputFile& output = outputs[k];
    if (!source.empty() && same_file(output.path, source)) refuse_output(output, "the experiment");
    for (const auto& file : read)
      if (same_file(output.path, file)) refuse_output(output, "a file that is read");
    for (std::size_t other = 0; other < k; ++other)
      if (same_file(output.path, outputs[other].path)) refuse_output(output, outputs[other].what);
  }
}

}  // namespace gossamer
