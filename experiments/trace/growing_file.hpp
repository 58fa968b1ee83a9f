#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown if an output of a run cannot be written, with the file and the system's reason.
class TraceError : public InputError {
 public:
  using InputError::InputError;
};

/// Thrown if another run is writing the file.
class FileInUse : public TraceError {
 public:
  using TraceError::TraceError;
};

/// A file that grows during a run and is complete between two writes: a full disk, or a kill between writes, loses no
/// earlier piece.
class GrowingFile {
 public:
  /// The names of the file and of its pieces in messages: "trace", "record".
  struct Words {
    std::string file;
    std::string piece;
  };

  /// Creates the file, or opens it: its content stays until the first piece is written. `created` is whether the file
  /// was created for this run before. A file that was created, here or before, is removed at the end if no piece is
  /// written. Throws TraceError if the file cannot be opened, FileInUse if another run is writing it.
  GrowingFile(const std::filesystem::path& path, Words words, bool created = false);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// Writes `text`, which consists of so many pieces, and after it `ending`, which makes the file complete. The next
  /// piece overwrites the ending. A file that is not regular gets its ending only when it is closed, since it cannot be
  /// overwritten. Throws TraceError.
  void append(std::string_view text, std::uint64_t pieces, std::string_view ending = {});

  /// Another thread calls it before it ends the process. Waits a short time for a piece that is being written, and
  /// prevents all later ones. Returns whether the file is complete.
  bool seal();
  /// Removes a file that was created if no piece is written.
  void drop();

  /// The size of all complete pieces, in bytes.
  std::int64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  void add(std::string_view text, std::uint64_t pieces, std::string_view ending);
  void begin();
  void write(std::string_view text);

  std::filesystem::path path_;
  Words words_;
  int file_ = -1;
  bool created_ = false;
  bool regular_ = true;
  bool begun_ = false;  ///< whether a piece has replaced the old content
  std::int64_t size_ = 0;
  std::uint64_t pieces_ = 0;
  std::string ending_;  ///< of the pieces so far
  std::timed_mutex writing_;
};

}  // namespace gossamer
