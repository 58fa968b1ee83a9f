#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/input_file.hpp"

namespace gossamer {

/// The lines of a text file in UTF-8, plain or gzipped, without their line ends (LF or CR LF). A byte order mark at the
/// beginning is skipped.
/// Errors  InputError, with file and line, as `InputFile` throws it; for a zero byte, which no text has; and for a line
///         of more than 1 GiB.
class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& path);

  /// Moves to the next line; false at the end. The line is valid until the next call.
  bool next(std::string_view& line);

  /// All that follows the current line, line ends included.
  std::string rest();

  /// The number of the current line, from 1.
  std::size_t number() const { return number_; }
  const std::string& name() const { return file_.name(); }

  /// Throws InputError: file and number of the current line, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

 private:
  bool refill();
  void fill();
  void grow();
  void check_text(std::size_t from) const;

  InputFile file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of the text that is not yet returned
  std::size_t end_ = 0;
  std::size_t number_ = 0;
};

/// The whole text of a file, with the rules and errors of `LineReader`, its line ends included.
std::string read_text(const std::filesystem::path& path);

}  // namespace gossamer
