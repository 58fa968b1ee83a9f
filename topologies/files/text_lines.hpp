#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/line_reader.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The rule that divides a line into fields.
enum class Fields {
  between_blanks,
  between_blanks_or_commas,  ///< in a line with a comma, fields end at commas only and may be empty
  before_a_dictionary        ///< the same up to a dictionary {…}, which networkx writes and which is ignored
};

/// A text file line by line, plain or gzipped, as fields between blanks or commas. Text after # or % is a comment;
/// lines without fields are skipped.
class TextLines {
 public:
  /// Throws InputError as `LineReader`; an empty file has no line.
  explicit TextLines(const std::filesystem::path& path, Fields syntax = Fields::between_blanks_or_commas);

  /// Moves on to the next line with fields; false at the end. Throws InputError as `LineReader`.
  bool next();

  /// The beginning of the first line if this is a comment, else empty. Known after the first `next`.
  const std::string& heading() const { return heading_; }

  const std::vector<std::string_view>& fields() const { return fields_; }
  std::int64_t line() const { return static_cast<std::int64_t>(lines_.number()); }
  const std::string& name() const { return lines_.name(); }

  /// A field as a node number, from 0 or `least` to 2²⁸ − 1, or as a number. Throw TopologyError with file and line.
  NodeId node(std::size_t field, NodeId least = 0) const;
  double number(std::size_t field) const;

  /// Throws TopologyError: file and line, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

 private:
  void split_at_blanks(std::string_view text);
  void split_at_commas(std::string_view text);

  LineReader lines_;
  Fields syntax_;
  std::string heading_;
  std::vector<std::string_view> fields_;
};

/// Reads a text that is one number, such as "2", "-.5e3", "+1", "nan" or "inf"; returns false if it is none.
bool read_number(std::string_view text, double& value);

}  // namespace gossamer
