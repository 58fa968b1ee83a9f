#include "sim/csv_table.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gossamer {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& path, const std::vector<std::string>& needed,
                   const std::vector<std::string>& optional)
    : CsvTable{path, fmt::format("{} among them", fmt::join(needed, ", "))} {
  check_columns(needed, optional);
}

CsvTable::CsvTable(const std::filesystem::path& path, std::string_view expected_columns) : reader_{path} {
  if (!next_line())
    throw CsvError{
        fmt::format("{}: is empty, expected a line with the names of its columns, {}", name(), expected_columns)};
  columns_.assign(fields_.begin(), fields_.end());
  if (columns_.size() == 1 && columns_.front().find_first_of(";\t") != std::string::npos)
    fail(fmt::format("\"{}\" holds no comma, expected fields with commas between them", columns_.front()));
  if (const auto nameless = std::find(columns_.begin(), columns_.end(), ""); nameless != columns_.end())
    fail(fmt::format("column {} has no name, expected one for each", nameless - columns_.begin() + 1));
  for (auto column = columns_.begin(); column != columns_.end(); ++column)
    if (std::find(columns_.begin(), column, *column) != column)
      fail(fmt::format("the column \"{}\" stands there twice, expected each once", *column));
}

void CsvTable::check_columns(const std::vector<std::string>& needed, const std::vector<std::string>& optional) const {
  std::vector<std::string> known = needed;
  known.insert(known.end(), optional.begin(), optional.end());
  for (const std::string& column : columns_)
    if (!contains(known, column))
      fail(fmt::format("unknown column \"{}\", expected some of: {}", column, fmt::join(known, ", ")));
  for (const std::string& name : needed)
    if (!contains(columns_, name)) fail(fmt::format("no column \"{}\", expected: {}", name, fmt::join(needed, ", ")));
}

bool CsvTable::next_line() {
  std::string_view line;
  while (reader_.next(line)) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.find('"') != line.npos) fail("a quotation mark, expected fields without");
    fields_.clear();
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find(',', start), line.size());
      fields_.push_back(trimmed(line.substr(start, end - start)));
      start = end + 1;
    }
    return true;
  }
  return false;
}

bool CsvTable::next() {
  if (!next_line()) return false;
  if (fields_.size() != columns_.size())
    fail(fmt::format("{} fields, expected {} as in the first line", fields_.size(), columns_.size()));
  return true;
}

std::optional<std::size_t> CsvTable::place_of(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view CsvTable::text(std::string_view column) const {
  const auto place = place_of(column);
  return place ? fields_[*place] : std::string_view{};
}

std::optional<double> CsvTable::number(std::string_view column, const Range& range, std::string_view expected) const {
  const auto place = place_of(column);
  return place ? number(*place, range, expected) : std::nullopt;
}

std::optional<double> CsvTable::number(std::size_t place, const Range& range, std::string_view expected) const {
  const std::string_view field = fields_[place];
  if (field.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size() || !range.contains(value))
    fail(fmt::format("{} is \"{}\", expected {}", columns_[place], field, expected));
  return value;
}

double CsvTable::required_number(std::string_view column, const Range& range, std::string_view expected) const {
  if (const auto value = number(column, range, expected)) return *value;
  fail(fmt::format("{} is empty, expected {}", column, expected));
}

void CsvTable::fail(std::string_view sentence) const {
  throw CsvError{fmt::format("{}:{}: {}", name(), reader_.number(), sentence)};
}

}  // namespace gossamer
