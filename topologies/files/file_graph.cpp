#include "topologies/files/file_graph.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "topologies/graph.hpp"

namespace gossamer {
namespace {

/// The number from 0 to n − 1 that this text is, written without leading zeros; else −1.
NodeId number_of(std::string_view text, NodeId n) {
  NodeId value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  const bool plain = text.size() == 1 || !text.starts_with('0');
  return whole && plain && value >= 0 && value < n ? value : -1;
}

}  // namespace

void fail_at(std::string_view file, std::int64_t line, std::string_view sentence) {
  throw TopologyError{line == 0 ? fmt::format("{}: {}", file, sentence)
                                : fmt::format("{}:{}: {}", file, line, sentence)};
}

void check_level(int level, std::string_view file, std::int64_t line) {
  if (level > most_levels) fail_at(file, line, fmt::format("nested deeper than {} levels", most_levels));
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  const auto continues_a_letter = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; };
  std::size_t end = std::min(text.size(), longest);
  while (end > 0 && end < text.size() && continues_a_letter(text[end])) --end;
  std::string shown;
  for (const char byte : text.substr(0, end)) {
    const auto code = static_cast<unsigned char>(byte);
    shown += code < 0x20 || code == 0x7F ? fmt::format("\\x{:02x}", code) : std::string(1, byte);
  }
  return fmt::format("\"{}{}\"", shown, end < text.size() ? "…" : "");
}

std::optional<std::vector<NodeId>> numbers_in(const std::vector<std::string_view>& names) {
  const auto n = static_cast<NodeId>(names.size());
  std::vector<NodeId> numbers;
  std::vector<bool> taken(names.size());
  for (const std::string_view name : names) {
    const NodeId number = number_of(name, n);
    if (number < 0 || taken[static_cast<std::size_t>(number)]) return std::nullopt;
    taken[static_cast<std::size_t>(number)] = true;
    numbers.push_back(number);
  }
  return numbers;
}

NodeId NodeNames::mention(std::string_view name) {
  if (const auto found = keys_.find(name); found != keys_.end()) return found->second;
  if (names_.size() >= static_cast<std::size_t>(max_nodes))
    throw TopologyError{fmt::format("more than {} nodes, expected at most as many", max_nodes)};
  const auto key = static_cast<NodeId>(names_.size());
  names_.push_back(&keys_.emplace(std::string{name}, key).first->first);
  places_.push_back(-1);
  return key;
}

bool NodeNames::declare(NodeId key) {
  if (is_declared(key)) return false;
  places_[static_cast<std::size_t>(key)] = size();
  declared_.push_back(key);
  return true;
}

std::vector<NodeId> NodeNames::numbers() const {
  std::vector<std::string_view> names;
  for (const NodeId key : declared_) names.push_back(name(key));
  const auto found = numbers_in(names);
  if (!found) return places_;
  std::vector<NodeId> numbers(names_.size(), -1);
  for (std::size_t place = 0; place < declared_.size(); ++place)
    numbers[static_cast<std::size_t>(declared_[place])] = (*found)[place];
  return numbers;
}

void number_nodes(FileGraph& graph, const NodeNames& names, const std::vector<NodeId>& numbers, std::string_view file) {
  for (FileEdge& edge : graph.edges) {
    for (NodeId* const end : {&edge.from, &edge.to}) {
      if (!names.is_declared(*end))
        fail_at(file, edge.line, fmt::format("an edge to the node {}, and there is none", in_quotes(names.name(*end))));
      *end = numbers[static_cast<std::size_t>(*end)];
    }
  }
  graph.nodes = names.size();
}

}  // namespace gossamer
