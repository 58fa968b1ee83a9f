#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gossamer {

/// A JSON value. Objects keep their keys in the order of the text, and each key once.
struct Json {
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  using Value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  Value value;  ///< null by default

  Json();
  Json(Value of);  // NOLINT: a number, a text or a list is JSON
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value); }
  const Object* object() const { return std::get_if<Object>(&value); }
  Object* object() { return std::get_if<Object>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  Array* array() { return std::get_if<Array>(&value); }
  const std::string* text() const { return std::get_if<std::string>(&value); }

  /// The value at a key; null if there is none, or if this is no object.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
};

struct Json::Member {
  std::string key;
  Json value;
};

/// Reads one JSON text, with comments neither allowed nor skipped.
/// Throws ExperimentError, with `file`, line and column, for text that is no JSON, for a key that occurs twice in one
/// object, and for numbers beyond the range of a double.
Json parse_json(std::string_view text, const std::string& file);

/// The text on one line, without spaces that are not needed; reading it gives the same value.
std::string compact(const Json& json);

/// The text on one line, with a space behind every comma and colon.
std::string spaced(const Json& json);

/// The text for people, a key of the outermost object on each line: inner objects and arrays stay on one line
/// if they fit in `width` columns.
std::string pretty(const Json& json, std::size_t width = 110);

/// A key as written in a JSON pointer (RFC 6901): ~ and / are written ~0 and ~1.
std::string escaped_for_pointer(std::string_view key);

}  // namespace gossamer
