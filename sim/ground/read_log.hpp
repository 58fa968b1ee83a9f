#pragma once
#include <filesystem>
#include <vector>

namespace gossamer {

/// The files that this thread opens for reading during the lifetime of the log, in order. Logs nest: a file is added to
/// the inner log and to all outer ones.
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
