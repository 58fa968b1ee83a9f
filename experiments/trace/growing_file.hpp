#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "sim/ground/input_error.hpp"

namespace gossamer {

/// Thrown where what a run leaves cannot be written, with the file and the system's reason.
class TraceError : public InputError {
 public:
  using InputError::InputError;
};

/// A file that grows while a run lasts and is whole between two writes: a full disk, or a kill then, loses nothing that
/// came before.
class GrowingFile {
 public:
  /// What messages call the file, and what it consists of: "trace", "record".
  struct Words {
    std::string file;
    std::string piece;
  };

  /// Creates the file, or opens it: what it holds stays until the first piece is written. A file that was created, here
  /// or, as `created` says, before, is removed at the end if no piece is written. Throws TraceError if the file cannot
  /// be opened, and if another run is writing it.
  GrowingFile(const std::filesystem::path& path, Words words, bool created = false);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// Writes `text`, which holds so many pieces. `ending` is what makes the file whole if nothing follows; else what
  /// follows takes its place. What is no regular file gets no ending before it is closed, since it could not be taken
  /// back. Throws TraceError.
  void append(std::string_view text, std::uint64_t pieces, std::string_view ending = {});

  /// Called in another thread before that ends the process: waits for a piece that is being written, though not for
  /// long, and keeps all others from being begun. Whether the file is whole.
  bool seal();
  /// Removes a file that was created if no piece is written.
  void drop();

  /// Bytes of whole pieces.
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
  bool begun_ = false;  ///< whether a piece has taken the place of what the file held
  std::int64_t size_ = 0;
  std::uint64_t pieces_ = 0;
  std::string ending_;  ///< of what is there
  std::timed_mutex writing_;
};

}  // namespace gossamer
