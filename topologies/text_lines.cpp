#include "topologies/text_lines.hpp"

#include <charconv>

#include <fmt/format.h>

#include "topologies/graph.hpp"

namespace gossamer {
namespace {

constexpr std::string_view blanks = " \t\r";

/// The whole field as a T, or false.
template <class T>
bool read(std::string_view field, T& value) {
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  return error == std::errc{} && end == field.data() + field.size();
}

}  // namespace

bool TextLines::next() {
  std::string_view rest;
  while (reader_.next(rest)) {
    rest = rest.substr(0, rest.find_first_of("#%"));
    fields_.clear();
    for (auto begin = rest.find_first_not_of(blanks); begin != rest.npos; begin = rest.find_first_not_of(blanks)) {
      rest.remove_prefix(begin);
      fields_.push_back(rest.substr(0, rest.find_first_of(blanks)));
      rest.remove_prefix(fields_.back().size());
    }
    if (!fields_.empty()) return true;
  }
  return false;
}

NodeId TextLines::node(std::size_t field) const {
  NodeId value = 0;
  if (!read(fields_[field], value) || value < 0 || value >= max_nodes)
    fail(fmt::format("\"{}\" is not a node number, expected one from 0 to {}", fields_[field], max_nodes - 1));
  return value;
}

double TextLines::number(std::size_t field) const {
  double value = 0;
  if (!read(fields_[field], value)) fail(fmt::format("\"{}\" is not a number", fields_[field]));
  return value;
}

void TextLines::fail(std::string_view sentence) const {
  throw TopologyError{fmt::format("{}:{}: {}", reader_.name(), line(), sentence)};
}

}  // namespace gossamer
