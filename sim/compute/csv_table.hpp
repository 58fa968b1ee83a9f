#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/settings.hpp"

namespace gossamer {

/// A file of comma-separated values, row by row: the first line names the columns, in any order. Blanks around fields
/// do not count; empty lines and lines that begin with # are passed over. Fields are not quoted.
///
/// All members throw ComputeError, one sentence with file and line, for what is not as they expect it.
class CsvTable {
 public:
  /// Opens the file and reads its first line, which must hold all `needed` columns and none but these and `optional`.
  CsvTable(const std::filesystem::path& path, std::vector<std::string> needed, std::vector<std::string> optional);

  /// Moves on to the next row; false at the end.
  bool next();

  bool has(std::string_view column) const { return place_of(column).has_value(); }

  /// A field of the row: empty where nothing stands there, or where there is no such column.
  std::string_view text(std::string_view column) const;

  /// A field as a number of the range; `expected` says which ones these are. Nothing where the field is empty.
  std::optional<double> number(std::string_view column, const Range& range, std::string_view expected) const;

  /// The same for a field without which the row is of no use.
  double required_number(std::string_view column, const Range& range, std::string_view expected) const;

  /// Throws ComputeError: file and line, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

  const std::string& name() const { return name_; }

 private:
  bool next_line();
  std::optional<std::size_t> place_of(std::string_view column) const;
  void check_columns(const std::vector<std::string>& needed, const std::vector<std::string>& optional) const;

  std::string name_;
  std::ifstream stream_;
  std::string line_;
  std::int64_t number_ = 0;  ///< of the line, from 1
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
};

}  // namespace gossamer
