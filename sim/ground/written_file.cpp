#include "sim/ground/written_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "sim/ground/input_error.hpp"

namespace gossamer {

void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write) {
  errno = 0;
  std::ofstream file{path, std::ios::binary};
  const bool created = file.is_open();
  if (created) write(file);
  file.close();
  if (file) return;
  const std::string reason = std::generic_category().message(errno);
  std::error_code unknown;
  if (created && std::filesystem::is_regular_file(std::filesystem::symlink_status(path, unknown)))
    std::filesystem::remove(path, unknown);
  throw InputError{fmt::format("{}: cannot be written: {}", path.string(), reason)};
}

}  // namespace gossamer
