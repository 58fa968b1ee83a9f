#include "experiments/commands/home_folder.hpp"

#include <system_error>

namespace gossamer {

std::filesystem::path this_program() {
  std::error_code error;
  const std::filesystem::path file = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "gossamer" : file;
}

std::filesystem::path home_folder(const std::filesystem::path& usual) {
  std::error_code error;
  const std::filesystem::path beside = this_program().parent_path().parent_path() / "share" / "gossamer";
  return std::filesystem::exists(beside, error) ? beside : usual;
}

}  // namespace gossamer
