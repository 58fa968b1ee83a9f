#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace gossamer {

/// A file that lives as long as this object, under a name that no other process uses.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& content)
      : path_{std::filesystem::temp_directory_path() / ("gossamer_" + std::to_string(::getpid()) + "_" + name)} {
    std::ofstream{path_, std::ios::binary} << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  /// The sentence of an error about this file: its name, then `rest`.
  std::string message(const std::string& rest) const { return path_.string() + rest; }

 private:
  std::filesystem::path path_;
};

}  // namespace gossamer
