#pragma once
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/input_error.hpp"
#include "sim/ground/line_reader.hpp"
#include "sim/ground/settings.hpp"

namespace gossamer {

/// An invalid file of comma-separated values: file, line, then the fault.
class CsvError : public InputError {
 public:
  using InputError::InputError;
};

/// The file's names of columns, by our names of them. A column without an entry has the same name in both.
using ColumnNames = std::map<std::string, std::string, std::less<>>;

/// Reads names written as "device = client, speed = relative_speed", where our names are among the `known` ones and
/// occur once.
/// Throws CsvError.
ColumnNames parse_column_names(std::string_view text, const std::vector<std::string>& known);

/// A file of comma-separated values, row by row: the first line names the columns, in any order. Blanks around fields
/// are ignored; empty lines and lines that begin with # are skipped. A field may be quoted as in spreadsheets: "a, b"
/// contains a comma, and "" within it is one quotation mark. A field ends on its line.
///
/// All members throw CsvError, one sentence with file and line, if the file is invalid; and InputError as `LineReader`
/// does.
class CsvTable {
 public:
  /// Opens the file and reads its first line. It must contain all `needed` columns; others must be `optional`. If there
  /// are `names`, the file may contain any other columns.
  CsvTable(const std::filesystem::path& path, const std::vector<std::string>& needed,
           const std::vector<std::string>& optional, ColumnNames names = {});

  /// The same for columns of any names, each once; the error for an empty file lists `expected_columns`.
  CsvTable(const std::filesystem::path& path, std::string_view expected_columns);

  /// Moves on to the next row; false at the end.
  bool next();

  bool has(std::string_view column) const { return index_of(column).has_value(); }

  /// The names of the columns, in the order of the file.
  const std::vector<std::string>& columns() const { return columns_; }

  /// The file's name of a column.
  std::string_view name_of(std::string_view column) const;

  /// A field of the row: empty if the field is empty, or if there is no such column.
  std::string_view text(std::string_view column) const;
  std::string_view text(std::size_t index) const { return fields_[index]; }

  /// A field as a number of the range, which `expected` describes in messages. Empty if the field is empty.
  std::optional<double> number(std::string_view column, const Range& range, std::string_view expected) const;
  std::optional<double> number(std::size_t index, const Range& range, std::string_view expected) const;

  /// The same for a field that must not be empty.
  double required_number(std::string_view column, const Range& range, std::string_view expected) const;

  /// Throws CsvError: file and line, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

  const std::string& name() const { return reader_.name(); }

 private:
  bool next_line();
  void split(std::string_view line);
  std::string_view take_plain(std::string_view& rest) const;
  std::string_view take_quoted(std::string_view& rest);
  std::optional<std::size_t> index_of(std::string_view column) const;
  void check_columns(const std::vector<std::string>& needed, const std::vector<std::string>& optional) const;

  LineReader reader_;
  ColumnNames names_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unquoted_;  ///< fields of the row that hold quotation marks
};

}  // namespace gossamer
