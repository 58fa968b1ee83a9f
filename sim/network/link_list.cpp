#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "sim/csv_table.hpp"
#include "sim/network/links.hpp"

namespace gossamer {
namespace {

NodeId node_in(const CsvTable& table, std::string_view column, NodeId nodes) {
  const auto expected = fmt::format("a node from 0 to {}", nodes - 1);
  const double number = table.required_number(column, between(0, nodes - 1), expected);
  if (number != std::floor(number))
    table.fail(fmt::format("{} is \"{}\", expected {}", column, table.text(column), expected));
  return static_cast<NodeId>(number);
}

ListedLink link_in(const CsvTable& table) {
  ListedLink link;
  constexpr auto latency = "a number at least 0";
  if (const auto seconds = table.number("latency_s", at_least(0), latency)) link.latency = Seconds{*seconds};
  if (const auto ms = table.number("latency_ms", at_least(0), latency)) link.latency = Seconds{1e-3 * *ms};
  link.bandwidth = table.number("bandwidth_bytes_per_s", above(0), "bytes per second above 0");
  return link;
}

}  // namespace

LinkList read_link_list(const std::filesystem::path& path, NodeId nodes) {
  CsvTable table{path, {"from", "to"}, {"latency_s", "latency_ms", "bandwidth_bytes_per_s"}};
  if (table.has("latency_s") && table.has("latency_ms"))
    table.fail("both columns \"latency_s\" and \"latency_ms\", expected one of them");
  LinkList links;
  while (table.next()) {
    const NodeId from = node_in(table, "from", nodes), to = node_in(table, "to", nodes);
    if (from == to) table.fail(fmt::format("a link from {} to itself, expected two different nodes", from));
    if (!links.emplace(std::pair{from, to}, link_in(table)).second)
      table.fail(fmt::format("the link from {} to {} stands there twice, expected each once", from, to));
  }
  if (links.empty()) throw CsvError{fmt::format("{}: holds no link, expected at least one row", table.name())};
  const LinkList said = links;
  for (const auto& [ends, link] : said) links.emplace(std::pair{ends.second, ends.first}, link);
  return links;
}

}  // namespace gossamer
