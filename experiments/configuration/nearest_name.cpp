#include "experiments/configuration/nearest_name.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace gossamer {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Whether one of the names is the beginning of the other, and long enough for that to be no accident.
bool begins_alike(std::string_view a, std::string_view b) {
  return std::min(a.size(), b.size()) >= 3 && (a.starts_with(b) || b.starts_with(a));
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table of distances between beginnings of a and beginnings of b.
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> valid) {
  const std::string* nearest = nullptr;
  std::size_t smallest = 0;
  for (const std::string& candidate : valid) {
    const std::size_t distance = edit_distance(name, candidate);
    const std::size_t acceptable = std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
    if (distance > acceptable && !begins_alike(name, candidate)) continue;
    if (!nearest || distance < smallest) {
      nearest = &candidate;
      smallest = distance;
    }
  }
  return nearest ? std::optional{*nearest} : std::nullopt;
}

}  // namespace gossamer
