#pragma once
#include <functional>
#include <vector>

namespace gossamer {

/// A number within bounds that a search may try, on a logarithmic scale.
struct SearchRange {
  double from = 0;         ///< above 0
  double to = 0;           ///< above `from`
  bool integers = false;   ///< whether only integers are tried
  double tolerance = 1.1;  ///< the search ends when the bounds of the result differ by less than this factor, above 1
};

/// The result of a search.
struct SearchResult {
  double value = 0;
  bool edge = false;               ///< whether it is at an end of the range, so that a better value may be beyond
  std::vector<double> tried = {};  ///< all values, in the order of the search
};

/// The value with the least objective: of `grid` values, at equal factors from the first to the last, and then by golden
/// sections between the neighbors of the best one. Infinite objectives are possible. Each value is tried once.
///
/// Kiefer, "Sequential minimax search for a maximum", Proceedings of the AMS 4 (1953). Right for objectives with one
/// minimum.
SearchResult least(const SearchRange& range, int grid, const std::function<double(double)>& objective);

/// The largest value that holds, by bisection: right if no value holds beyond one that does not. The first value, with
/// `edge`, if even that one does not hold.
SearchResult largest(const SearchRange& range, const std::function<bool(double)>& holds);

}  // namespace gossamer
