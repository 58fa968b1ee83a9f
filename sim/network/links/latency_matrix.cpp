#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "sim/ground/csv_table.hpp"
#include "sim/network/links/links.hpp"

namespace gossamer {
namespace {

constexpr auto expected_units = "latency_s, latency_ms, rtt_s or rtt_ms, then the names of the sites";

/// Seconds one way, for a value of 1 in the unit that the file's first field names; half of it for a round trip.
double scale_of(const CsvTable& table) {
  struct UnitName {
    std::string_view name;
    double scale;
  };
  constexpr std::array units{UnitName{"latency_s", 1}, UnitName{"latency_ms", 1e-3}, UnitName{"rtt_s", 0.5},
                             UnitName{"rtt_ms", 0.5e-3}};
  for (const auto& [name, scale] : units)
    if (name == table.columns().front()) return scale;
  table.fail(fmt::format("begins with \"{}\", expected {}", table.columns().front(), expected_units));
}

/// Reads the row of site `from`. A site's empty time to itself becomes NaN.
void read_row(const CsvTable& table, std::size_t from, double scale, LatencyMatrix& matrix) {
  const std::size_t sites = matrix.sites.size();
  if (from == sites) table.fail(fmt::format("a row too many, expected {}: one for each column", sites));
  if (table.text(std::size_t{0}) != matrix.sites[from])
    table.fail(fmt::format("the row of \"{}\", expected that of \"{}\": rows stand in the order of the columns",
                           table.text(std::size_t{0}), matrix.sites[from]));
  for (std::size_t to = 0; to < sites; ++to) {
    const auto time = table.number(to + 1, at_least(0), "a number at least 0");
    if (!time && to != from) table.fail(fmt::format("{} is empty, expected a number at least 0", matrix.sites[to]));
    matrix.seconds.push_back(time ? scale * *time : std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace

LatencyMatrix read_latency_matrix(const std::filesystem::path& path, NodeId nodes) {
  CsvTable table{path, expected_units};
  const double scale = scale_of(table);
  LatencyMatrix matrix{.sites = {table.columns().begin() + 1, table.columns().end()}, .seconds = {}};
  if (matrix.sites.empty()) table.fail("no site, expected at least one after the unit");
  const std::size_t sites = matrix.sites.size();
  std::size_t rows = 0;
  for (; table.next(); ++rows) {
    read_row(table, rows, scale, matrix);
    if (rows + sites < static_cast<std::size_t>(nodes) && std::isnan(matrix.between(rows, rows).count()))
      table.fail(fmt::format("{} is empty, expected the time between nodes {} and {}, which are both there",
                             matrix.sites[rows], rows, rows + sites));
  }
  if (rows < sites)
    throw CsvError{fmt::format("{}: {} rows, expected {}: one for each column", table.name(), rows, sites)};
  return matrix;
}

}  // namespace gossamer
