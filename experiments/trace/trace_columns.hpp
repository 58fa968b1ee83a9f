#pragma once
#include <string>
#include <vector>

namespace gossamer {

/// The page experiments/formats/trace.md, as it was when the program was built.
const char* trace_page();

/// A key of a trace's records, as the page describes it.
struct TraceColumn {
  std::string name;
  std::string record;   ///< "sample", or for an object in the header "topology of the header"
  std::string meaning;  ///< Markdown
};

/// The rows of the page's tables, one column for each key.
const std::vector<TraceColumn>& trace_columns();

}  // namespace gossamer
