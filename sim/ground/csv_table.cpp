#include "sim/ground/csv_table.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gossamer {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

ColumnNames parse_column_names(std::string_view text, const std::vector<std::string>& known) {
  ColumnNames names;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t sign = pair.find('=');
    const std::string_view ours = trimmed(pair.substr(0, sign));
    const std::string_view theirs = sign == pair.npos ? "" : trimmed(pair.substr(sign + 1));
    if (theirs.empty())
      throw CsvError{
          fmt::format("columns: \"{}\", expected pairs such as \"{} = its name in the file\"", pair, known.front())};
    if (!contains(known, ours))
      throw CsvError{fmt::format("columns: unknown column \"{}\", expected some of: {}", ours, fmt::join(known, ", "))};
    if (!names.emplace(ours, theirs).second)
      throw CsvError{fmt::format("columns: \"{}\" is named twice, expected each column once", ours)};
  }
  return names;
}

CsvTable::CsvTable(const std::filesystem::path& path, const std::vector<std::string>& needed,
                   const std::vector<std::string>& optional, ColumnNames names)
    : CsvTable{path, fmt::format("{} among them", fmt::join(needed, ", "))} {
  names_ = std::move(names);
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
  for (const auto& [ours, theirs] : names_)
    if (!contains(columns_, theirs))
      fail(fmt::format("no column \"{}\", which is to be {}; there are: {}", theirs, ours, fmt::join(columns_, ", ")));
  for (const std::string& column : columns_)
    if (names_.empty() && !contains(known, column))
      fail(fmt::format("unknown column \"{}\", expected some of: {}", column, fmt::join(known, ", ")));
  for (const std::string& name : needed)
    if (!has(name)) fail(fmt::format("no column \"{}\", expected: {}", name, fmt::join(needed, ", ")));
}

bool CsvTable::next_line() {
  std::string_view line;
  while (reader_.next(line)) {
    line = trimmed(line);
    if (line.empty() || line.front() == '#') continue;
    split(line);
    return true;
  }
  return false;
}

void CsvTable::split(std::string_view line) {
  fields_.clear();
  unquoted_.clear();
  for (;;) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    fields_.push_back(line.starts_with('"') ? take_quoted(line) : take_plain(line));
    if (line.empty()) return;
    line.remove_prefix(1);  // the comma
  }
}

/// Takes a field from the front of `rest`, up to a comma.
std::string_view CsvTable::take_plain(std::string_view& rest) const {
  const std::string_view field = trimmed(rest.substr(0, rest.find(',')));
  if (field.find('"') != field.npos)
    fail(fmt::format("a quotation mark in {}, expected one at either end of the field, and two for one within", field));
  rest.remove_prefix(std::min(rest.find(','), rest.size()));
  return field;
}

/// The same for a field that begins with a quotation mark.
std::string_view CsvTable::take_quoted(std::string_view& rest) {
  std::string text;
  for (rest.remove_prefix(1);; text += '"', rest.remove_prefix(1)) {
    const std::size_t mark = rest.find('"');
    if (mark == rest.npos) fail("a quotation mark without another one that ends its field on this line");
    text += rest.substr(0, mark);
    rest.remove_prefix(mark + 1);
    if (!rest.starts_with('"')) break;  // two of them are one of the text
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  if (!rest.empty() && rest.front() != ',')
    fail(fmt::format("\"{}\" follows the quoted field \"{}\", expected a comma", rest, text));
  return unquoted_.emplace_back(trimmed(text));
}

bool CsvTable::next() {
  if (!next_line()) return false;
  if (fields_.size() != columns_.size())
    fail(fmt::format("{} fields, expected {} as in the first line", fields_.size(), columns_.size()));
  return true;
}

std::string_view CsvTable::name_of(std::string_view column) const {
  const auto found = names_.find(column);
  return found == names_.end() ? column : std::string_view{found->second};
}

std::optional<std::size_t> CsvTable::index_of(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name_of(column));
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view CsvTable::text(std::string_view column) const {
  const auto index = index_of(column);
  return index ? fields_[*index] : std::string_view{};
}

std::optional<double> CsvTable::number(std::string_view column, const Range& range, std::string_view expected) const {
  const auto index = index_of(column);
  return index ? number(*index, range, expected) : std::nullopt;
}

std::optional<double> CsvTable::number(std::size_t index, const Range& range, std::string_view expected) const {
  const std::string_view field = fields_[index];
  if (field.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size() || !range.contains(value))
    fail(fmt::format("{} is \"{}\", expected {}", columns_[index], field, expected));
  return value;
}

double CsvTable::required_number(std::string_view column, const Range& range, std::string_view expected) const {
  if (const auto value = number(column, range, expected)) return *value;
  fail(fmt::format("{} is empty, expected {}", name_of(column), expected));
}

void CsvTable::fail(std::string_view sentence) const {
  throw CsvError{fmt::format("{}:{}: {}", name(), reader_.number(), sentence)};
}

}  // namespace gossamer
