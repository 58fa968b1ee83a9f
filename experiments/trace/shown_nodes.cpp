#include "experiments/trace/shown_nodes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "sim/ground/input_error.hpp"

namespace gossamer {
namespace {

constexpr std::string_view named = "node";

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The number of a node, as "3", "node 3" or "node3".
std::optional<NodeId> node_of(std::string_view text) {
  text = without_spaces(text);
  if (text.starts_with(named)) text = without_spaces(text.substr(named.size()));
  NodeId node = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), node);
  if (error != std::errc{} || end != text.data() + text.size() || node < 0) return std::nullopt;
  return node;
}

std::optional<NodeRange> range_of(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = node_of(text.substr(0, dash));
  const auto last = dash == text.npos ? first : node_of(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return NodeRange{*first, *last};
}

[[noreturn]] void refuse_nodes(std::string_view text) {
  throw InputError{fmt::format(
      "\"{}\" are no nodes, expected how many, such as 8, or which, such as 3,7,12-15 or \"node 3\"", text)};
}

}  // namespace

std::vector<NodeId> ShownNodes::among(NodeId nodes) const {
  std::set<NodeId> shown;
  const std::int64_t count = std::min(nodes, most);
  if (chosen.empty())
    for (std::int64_t k = 0; k < count; ++k) shown.insert(static_cast<NodeId>(k * nodes / count));
  for (const NodeRange& range : chosen) {
    if (range.last >= nodes)
      throw InputError{
          fmt::format("--timeline-nodes: there is no node {}, expected nodes from 0 to {}", range.last, nodes - 1)};
    for (NodeId node = range.first; node <= range.last; ++node) shown.insert(node);
  }
  return {shown.begin(), shown.end()};
}

ShownNodes shown_nodes_of(const std::string& text) {
  const bool is_list = text.find_first_not_of("0123456789") != text.npos;
  if (!is_list) {
    const auto count = node_of(text);
    if (!count || *count == 0) refuse_nodes(text);
    return {.most = *count};
  }
  ShownNodes nodes;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const auto range = range_of(std::string_view{text}.substr(start, end - start));
    if (!range) refuse_nodes(text);
    nodes.chosen.push_back(*range);
    start = end + 1;
  }
  return nodes;
}

}  // namespace gossamer
