#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/ground/input_error.hpp"

struct gzFile_s;

namespace gossamer {

/// A file that is read from front to back, and decompressed if it is gzipped.
///
/// zlib recognizes gzip by its magic number and not by the name. Several gzip members one after another are one stream
/// (RFC 1952); bytes after the last member that are no gzip member, such as the padding of tapes, are ignored.
/// Errors  InputError with the file's name if the file does not exist, is a folder or empty, cannot be opened or read,
///         or is truncated or damaged (checksum); and if it expands more than 200-fold beyond 256 MiB, which no
///         real data do.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);

  /// Reads the next `size` bytes into `to`; returns their number, which is smaller than `size` only at the end.
  std::size_t read(void* to, std::size_t size);

  /// An upper bound of the bytes that follow: those on disk that are not yet read, or the largest size to which a
  /// gzipped file may expand. Empty if the file has no size, for example a pipe.
  std::optional<std::uintmax_t> most_bytes_left() const;

  bool compressed() const;

  /// The file's name, as messages show it.
  const std::string& name() const { return name_; }

  /// Throws InputError: the file's name, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };

  void check_expansion() const;
  [[noreturn]] void fail_reading() const;

  std::string name_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::optional<std::uintmax_t> size_;  ///< on disk
  std::uintmax_t bytes_read_ = 0;       ///< after decompression
};

}  // namespace gossamer
