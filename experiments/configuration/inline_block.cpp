#include "experiments/configuration/inline_block.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/complaint.hpp"
#include "experiments/configuration/overrides.hpp"

namespace gossamer {
namespace {

/// The end of the setting that begins at `start`: the next comma that is not inside braces.
std::size_t end_of_setting(const std::string& source, std::size_t start) {
  int depth = 0;
  std::size_t at = start;
  for (; at < source.size() && (source[at] != ',' || depth > 0); ++at)
    depth += (source[at] == '{') - (source[at] == '}');
  return at;
}

/// `kind:key=value,…` as a block.
Json block_of(const std::string& source, const std::string& example, const Catalogue& catalogue) {
  const std::size_t colon = source.find(':');
  Json block = Json::object({{"kind", source.substr(0, colon)}});
  if (colon == source.npos) return block;
  for (std::size_t start = colon + 1; start <= source.size();) {
    const std::size_t end = end_of_setting(source, start);
    const std::string pair = source.substr(start, end - start);
    if (pair.find('=') == pair.npos || pair.front() == '=')
      refuse({source, ""}, fmt::format("\"{}\" is not a setting", pair), "key=value, as in " + example);
    apply_override(block, "/" + escaped_for_pointer(pair.substr(0, pair.find('='))) + pair.substr(pair.find('=')),
                   catalogue);
    start = end + 1;
  }
  return block;
}

}  // namespace

bool names_a_file(const std::string& source) {
  if (source.starts_with('{')) return false;
  std::error_code error;
  return source.substr(0, source.find(':')).find_first_of("./") != source.npos ||
         std::filesystem::exists(source, error);
}

Json inline_block(const std::string& source, const std::string& key, const std::string& example,
                  const Catalogue& catalogue) {
  Json block = source.starts_with('{') ? parse_json(source, key) : block_of(source, example, catalogue);
  if (block.contains(key)) return block;
  return Json::object({{key, std::move(block)}});
}

}  // namespace gossamer
