#include "topologies/files/matrix_market.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/line_reader.hpp"
#include "topologies/files/text_lines.hpp"
#include "topologies/graph.hpp"

namespace gossamer {
namespace {

constexpr std::string_view banner = "%%matrixmarket";

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

std::vector<std::string> words_in(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t begin = line.find_first_not_of(" \t"); begin < line.size();) {
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    words.emplace_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(" \t", end);
  }
  return words;
}

class MatrixMarketReader {
 public:
  explicit MatrixMarketReader(const std::filesystem::path& path) : lines_{path, Fields::between_blanks} {}

  MatrixMarket read() {
    read_header();
    while (lines_.next()) read_entry();
    if (read_ < announced_)
      lines_.fail(fmt::format("the file ends after {} of the {} entries that its header announces", read_, announced_));
    check_once();
    return std::move(matrix_);
  }

 private:
  void read_banner(const std::vector<std::string>& words) {
    const auto is_one_of = [&](std::size_t word, std::initializer_list<std::string_view> known) {
      return std::find(known.begin(), known.end(), words[word]) != known.end();
    };
    if (words.size() != 5 || words[0] != banner || !is_one_of(1, {"matrix"}) || !is_one_of(2, {"coordinate"}) ||
        !is_one_of(3, {"real", "integer", "pattern"}) || !is_one_of(4, {"general", "symmetric"}))
      fail_at(lines_.name(), 1,
              "expected \"%%MatrixMarket matrix coordinate T S\", where T is real, integer or pattern and S is general "
              "or symmetric");
    matrix_.has_values = words[3] != "pattern";
    matrix_.symmetric = words[4] == "symmetric";
  }

  void read_header() {
    const bool has_size = lines_.next();
    read_banner(words_in(lower(lines_.heading())));
    if (!has_size) lines_.fail("the file ends before the line with rows, columns and the number of entries");
    if (lines_.fields().size() != 3)
      lines_.fail(fmt::format("{} fields, expected rows, columns and the number of entries", lines_.fields().size()));
    matrix_.size = lines_.node(0, 1);
    if (lines_.node(1, 1) != matrix_.size)
      lines_.fail(
          fmt::format("a matrix of {} rows and {} columns, expected a square one", matrix_.size, lines_.fields()[1]));
    const double entries = lines_.number(2);
    if (entries < 0 || entries > static_cast<double>(max_arcs) || entries != std::floor(entries))
      lines_.fail(fmt::format("{} entries, expected a number from 0 to {}", in_quotes(lines_.fields()[2]), max_arcs));
    announced_ = static_cast<std::int64_t>(entries);
  }

  NodeId place(std::size_t field) const {
    const NodeId number = lines_.node(field, 1);
    if (number > matrix_.size)
      lines_.fail(fmt::format("an entry at {}, expected rows and columns from 1 to {}", number, matrix_.size));
    return number - 1;
  }

  void read_entry() {
    const std::size_t expected = matrix_.has_values ? 3 : 2;
    if (++read_ > announced_)
      lines_.fail(fmt::format("more than the {} entries that the header announces", announced_));
    if (lines_.fields().size() != expected)
      lines_.fail(fmt::format("{} fields, expected row{}", lines_.fields().size(),
                              matrix_.has_values ? ", column and value" : " and column"));
    const double value = matrix_.has_values ? lines_.number(2) : 1;
    if (!std::isfinite(value)) lines_.fail(fmt::format("the value is {}, expected a finite number", value));
    const MatrixMarket::Entry entry{.row = place(0), .column = place(1), .value = value, .line = lines_.line()};
    matrix_.entries.push_back(entry);
    if (matrix_.symmetric && entry.row != entry.column)
      matrix_.entries.push_back({.row = entry.column, .column = entry.row, .value = value, .line = entry.line});
  }

  void check_once() {
    std::vector<MatrixMarket::Entry>& entries = matrix_.entries;
    const auto place = [](const MatrixMarket::Entry& entry) { return std::tie(entry.row, entry.column); };
    std::ranges::stable_sort(entries, {}, place);
    const auto twice = std::ranges::adjacent_find(entries, {}, place);
    if (twice == entries.end()) return;
    fail_at(lines_.name(), std::next(twice)->line,
            fmt::format("the entry at row {}, column {} is there twice, first on line {}", twice->row + 1,
                        twice->column + 1, twice->line));
  }

  TextLines lines_;
  MatrixMarket matrix_;
  std::int64_t announced_ = 0;
  std::int64_t read_ = 0;
};

}  // namespace

bool is_matrix_market(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return false;
  std::string_view line;
  LineReader lines{path};
  return lines.next(line) && lower(line.substr(0, banner.size())) == banner;
}

MatrixMarket read_matrix_market(const std::filesystem::path& path) { return MatrixMarketReader{path}.read(); }

FileGraph read_matrix_market_graph(const std::filesystem::path& path, const AttributeNames& attributes) {
  const MatrixMarket matrix = read_matrix_market(path);
  FileGraph graph{.nodes = matrix.size, .directed = false};
  const auto arc = [](const MatrixMarket::Entry& entry) { return std::pair{entry.row, entry.column}; };
  for (const MatrixMarket::Entry& entry : matrix.entries) {
    if (entry.value == 0 || entry.row == entry.column) continue;
    graph.edges.push_back({.from = entry.row,
                           .to = entry.column,
                           .line = entry.line,
                           .texts = std::vector<std::string>(attributes.size())});
    const auto reverse =
        std::ranges::lower_bound(matrix.entries, std::pair{entry.column, entry.row}, std::less<>{}, arc);
    const bool both_ways =
        reverse != matrix.entries.end() && arc(*reverse) == std::pair{entry.column, entry.row} && reverse->value != 0;
    graph.directed = graph.directed || !both_ways;
  }
  if (matrix.has_values)
    graph.notes.push_back(fmt::format("{}: the values of the matrix are not used, only where they are", path.string()));
  return graph;
}

}  // namespace gossamer
