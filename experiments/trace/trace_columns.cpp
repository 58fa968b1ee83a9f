#include "experiments/trace/trace_columns.hpp"

#include <sstream>

namespace gossamer {
namespace {

/// The texts between backticks.
std::vector<std::string> quoted_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t open = text.find('`'); open != text.npos;) {
    const std::size_t close = text.find('`', open + 1);
    if (close == text.npos) break;
    words.push_back(text.substr(open + 1, close - open - 1));
    open = text.find('`', close + 1);
  }
  return words;
}

/// The record whose keys a section describes, from the section's title, such as "### `topology` of the header: the
/// graph"; empty if there is none.
std::string record_of(const std::string& title) {
  const std::vector<std::string> words = quoted_words(title);
  if (words.empty()) return "";
  const bool inner = title.find("` of the header") != title.npos;
  return words.front() + (inner ? " of the header" : "");
}

void add_row(const std::string& line, const std::string& record, std::vector<TraceColumn>& columns) {
  const std::size_t middle = line.find(" | ");
  if (record.empty() || middle == line.npos || !line.starts_with("| `")) return;
  const std::size_t start = middle + 3;
  const std::string meaning = line.substr(start, line.rfind(" |") - start);
  for (const std::string& name : quoted_words(line.substr(0, middle))) columns.push_back({name, record, meaning});
}

}  // namespace

const std::vector<TraceColumn>& trace_columns() {
  static const std::vector<TraceColumn> all = [] {
    std::vector<TraceColumn> columns;
    std::istringstream page{trace_page()};
    std::string record;
    for (std::string line; std::getline(page, line);) {
      if (line.starts_with("##")) record = record_of(line);
      add_row(line, record, columns);
    }
    return columns;
  }();
  return all;
}

}  // namespace gossamer
