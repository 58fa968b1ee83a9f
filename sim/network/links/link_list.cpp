#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/ground/csv_table.hpp"
#include "sim/network/links/links.hpp"
#include "sim/network/network.hpp"

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
  std::vector<std::optional<double>> values;
  for (const auto& field : listed_link_fields())
    values.push_back(table.number(field.name, field.range, field.expected));
  return listed_link(values);
}

std::vector<std::string> names_of_fields() {
  std::vector<std::string> names;
  for (const auto& field : listed_link_fields()) names.push_back(field.name);
  return names;
}

}  // namespace

const std::vector<NumberField>& listed_link_fields() {
  static const std::vector<NumberField> fields{
      {.name = "latency_s", .range = at_least(0), .expected = "a number at least 0"},
      {.name = "latency_ms", .range = at_least(0), .expected = "a number at least 0"},
      {.name = "bandwidth_bytes_per_s", .range = above(0), .expected = "bytes per second above 0"}};
  return fields;
}

ListedLink listed_link(const std::vector<std::optional<double>>& values) {
  const auto &s = values[0], &ms = values[1], &bandwidth = values[2];
  if (s && ms) throw NetworkError{"both latency_s and latency_ms, expected one of them"};
  ListedLink link{.latency = {}, .bandwidth = bandwidth};
  if (s) link.latency = Seconds{*s};
  if (ms) link.latency = Seconds{1e-3 * *ms};
  return link;
}

LinkList both_ways(LinkList links) {
  const LinkList given = links;
  for (const auto& [ends, link] : given) links.emplace(std::pair{ends.second, ends.first}, link);
  return links;
}

LinkList read_link_list(const std::filesystem::path& path, NodeId nodes) {
  CsvTable table{path, {"from", "to"}, names_of_fields()};
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
  return both_ways(std::move(links));
}

}  // namespace gossamer
