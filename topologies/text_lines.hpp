#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/line_reader.hpp"
#include "sim/quantities.hpp"

namespace gossamer {

/// A text file, plain or gzipped, line by line, as fields between blanks. What follows # or % is a comment; empty lines
/// are skipped.
class TextLines {
 public:
  /// Throws InputError if the file cannot be opened; so does reading on.
  explicit TextLines(const std::filesystem::path& path) : reader_{path} {}

  /// Moves on to the next line with fields; false at the end.
  bool next();

  const std::vector<std::string_view>& fields() const { return fields_; }
  std::int64_t line() const { return static_cast<std::int64_t>(reader_.number()); }

  /// A field as a node number, 0 … 2²⁸ − 1, or as a number. Throw TopologyError with file and line.
  NodeId node(std::size_t field) const;
  double number(std::size_t field) const;

  /// Throws TopologyError: file and line, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

 private:
  LineReader reader_;
  std::vector<std::string_view> fields_;
};

}  // namespace gossamer
