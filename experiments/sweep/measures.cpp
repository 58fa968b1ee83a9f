#include "experiments/sweep/measures.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "experiments/trace/trace_columns.hpp"

namespace gossamer {

std::vector<std::string> names_of_measures() {
  constexpr const char* parts[] = {"loss", "accuracy", "norm", "distance", "suboptimality"};
  std::vector<std::string> names;
  for (const TraceColumn& column : trace_columns()) {
    std::string name = column.name;
    if (name.ends_with("_mean")) name.erase(name.size() - std::string_view{"_mean"}.size());
    const bool is_measure =
        std::any_of(std::begin(parts), std::end(parts), [&](const char* part) { return name.find(part) != name.npos; });
    if (column.record == "sample" && is_measure && !name.ends_with("_worst") && !name.ends_with("_best"))
      names.push_back(name);
  }
  return names;
}

}  // namespace gossamer
