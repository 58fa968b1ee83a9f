#include "topologies/files/text_lines.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "topologies/files/file_graph.hpp"
#include "topologies/graph.hpp"

namespace gossamer {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t longest_heading = 200;

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// The whole text as a T, or false.
template <class T>
bool read(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

TextLines::TextLines(const std::filesystem::path& path, Fields syntax) : lines_{path}, syntax_{syntax} {}

bool TextLines::next() {
  const std::string_view ends = syntax_ == Fields::before_a_dictionary ? "#%{" : "#%";
  std::string_view line;
  while (lines_.next(line)) {
    if (lines_.number() == 1 && line.find_first_of("#%") == 0) heading_ = line.substr(0, longest_heading);
    const std::string_view text = trimmed(line.substr(0, line.find_first_of(ends)));
    fields_.clear();
    if (syntax_ != Fields::between_blanks && text.find(',') != text.npos)
      split_at_commas(text);
    else
      split_at_blanks(text);
    if (!fields_.empty()) return true;
  }
  return false;
}

void TextLines::split_at_blanks(std::string_view text) {
  for (auto begin = text.find_first_not_of(blanks); begin != text.npos; begin = text.find_first_not_of(blanks)) {
    text.remove_prefix(begin);
    fields_.push_back(text.substr(0, text.find_first_of(blanks)));
    text.remove_prefix(fields_.back().size());
  }
}

void TextLines::split_at_commas(std::string_view text) {
  for (;;) {
    const std::size_t comma = text.find(',');
    fields_.push_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos) return;
    text.remove_prefix(comma + 1);
  }
}

NodeId TextLines::node(std::size_t field, NodeId least) const {
  NodeId value = 0;
  if (!read(fields_[field], value) || value < least || value >= max_nodes)
    fail(fmt::format("{} is not a node number, expected one from {} to {}", in_quotes(fields_[field]), least,
                     max_nodes - 1));
  return value;
}

double TextLines::number(std::size_t field) const {
  double value = 0;
  if (!read_number(fields_[field], value)) fail(fmt::format("{} is not a number", in_quotes(fields_[field])));
  return value;
}

void TextLines::fail(std::string_view sentence) const { fail_at(name(), line(), sentence); }

bool read_number(std::string_view text, double& value) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  return read(text, value);
}

}  // namespace gossamer
