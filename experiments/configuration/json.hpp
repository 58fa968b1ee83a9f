#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace gossamer {

/// A JSON value. Objects keep their keys in the order of the text. Sources that look into a value include
/// <nlohmann/json.hpp>. They write Json(value), since Json{value} is a list of one element.
using Json = nlohmann::ordered_json;

/// The value at a key; null if there is none, or if `json` is no object.
const Json* find_key(const Json& json, std::string_view key);
Json* find_key(Json& json, std::string_view key);

/// Reads one JSON text, with comments neither allowed nor skipped. Integers are signed; one that does not fit in 64
/// bits becomes a double.
/// Throws ExperimentError, with `file`, line and column, for text that is no JSON, for a key that occurs twice in one
/// object, and for numbers beyond the range of a double.
Json parse_json(std::string_view text, const std::string& file);

/// A text as a JSON string, with its quotes. Bytes that are not UTF-8, which file names may contain, become the
/// replacement character.
std::string quoted_json(std::string_view text);

/// The text on one line, without spaces that are not needed; reading it gives the same value. Unlike nlohmann's own
/// text, a double that is an integer has no point: 1 and not 1.0.
std::string compact(const Json& json);

/// The text on one line, with a space behind every comma and colon.
std::string spaced(const Json& json);

/// The text for people, a key of the outermost object on each line: inner objects and arrays stay on one line
/// if they fit in `width` columns.
std::string pretty(const Json& json, std::size_t width = 110);

/// A key as written in a JSON pointer (RFC 6901): ~ and / are written ~0 and ~1.
std::string escaped_for_pointer(std::string_view key);

}  // namespace gossamer
