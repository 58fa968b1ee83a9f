#pragma once
#include <filesystem>
#include <vector>

namespace gossamer {

/// The files that this thread opens for reading while the log lives, in order. Logs nest: what an inner one notes, the
/// outer ones note as well.
class ReadLog {
 public:
  ReadLog();
  ~ReadLog();
  ReadLog(const ReadLog&) = delete;
  ReadLog& operator=(const ReadLog&) = delete;

  const std::vector<std::filesystem::path>& files() const { return files_; }

  /// Adds a file to all logs that exist; every function that opens a file calls it.
  static void note(const std::filesystem::path& file);

 private:
  std::vector<std::filesystem::path> files_;
  ReadLog* outer_;
};

}  // namespace gossamer
