#include "experiments/configuration/json.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace gossamer {
namespace {

/// One line, with `gap` behind commas and colons.
void write_line(const Json& json, std::string_view gap, std::string& out) {
  const char* separator = "";
  const auto begin_next = [&] {
    if (*separator) out.append(separator).append(gap);
    separator = ",";
  };
  if (json.is_array()) {
    out += '[';
    for (const Json& element : json) {
      begin_next();
      write_line(element, gap, out);
    }
    out += ']';
  } else if (json.is_object()) {
    out += '{';
    for (const auto& [key, value] : json.items()) {
      begin_next();
      out.append(quoted_json(key)).append(":").append(gap);
      write_line(value, gap, out);
    }
    out += '}';
  } else if (json.is_number_float()) {
    fmt::format_to(std::back_inserter(out), "{}", json.get<double>());
  } else {
    out += json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

void write_pretty(const Json& json, std::size_t indent, std::size_t column, std::size_t width, std::string& out) {
  std::string line;
  write_line(json, " ", line);
  const bool is_root = indent == 0 && json.is_object();
  if ((!is_root && column + line.size() < width) || !json.is_structured()) {
    out += line;
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  out += json.is_object() ? '{' : '[';
  for (const auto& [key, value] : json.items()) {
    const std::string name = json.is_object() ? quoted_json(key) + ": " : "";
    out.append(separator).append(margin).append(name);
    write_pretty(value, indent + 2, indent + 2 + name.size(), width, out);
    separator = ",\n";
  }
  out.append("\n").append(indent, ' ') += json.is_object() ? '}' : ']';
}

}  // namespace

const Json* find_key(const Json& json, std::string_view key) {
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

Json* find_key(Json& json, std::string_view key) { return const_cast<Json*>(find_key(std::as_const(json), key)); }

std::string quoted_json(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string compact(const Json& json) {
  std::string out;
  write_line(json, "", out);
  return out;
}

std::string spaced(const Json& json) {
  std::string out;
  write_line(json, " ", out);
  return out;
}

std::string pretty(const Json& json, std::size_t width) {
  std::string out;
  write_pretty(json, 0, 0, width, out);
  return out;
}

std::string escaped_for_pointer(std::string_view key) {
  std::string result;
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

}  // namespace gossamer
