#include "experiments/configuration/json.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace gossamer {
namespace {

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One line, with `gap` behind commas and colons.
void write_line(const Json& json, std::string_view gap, std::string& out) {
  if (json.is_null()) {
    out += "null";
  } else if (const auto* truth = std::get_if<bool>(&json.value)) {
    out += *truth ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&json.value)) {
    out += std::to_string(*integer);
  } else if (const auto* number = std::get_if<double>(&json.value)) {
    out += fmt::format("{}", *number);
  } else if (json.text()) {
    out += quoted(*json.text());
  } else if (json.array()) {
    out += '[';
    for (std::size_t k = 0; k < json.array()->size(); ++k) {
      if (k > 0) out.append(",").append(gap);
      write_line((*json.array())[k], gap, out);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : *json.object()) {
      if (!first) out.append(",").append(gap);
      first = false;
      out.append(quoted(key)).append(":").append(gap);
      write_line(value, gap, out);
    }
    out += '}';
  }
}

void write_pretty(const Json& json, std::size_t indent, std::size_t column, std::size_t width, std::string& out) {
  std::string line;
  write_line(json, " ", line);
  const bool is_root = indent == 0 && json.object();
  if ((!is_root && column + line.size() < width) || !(json.object() || json.array())) {
    out += line;
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  out += json.object() ? '{' : '[';
  if (json.object()) {
    for (const auto& [key, value] : *json.object()) {
      const std::string name = quoted(key) + ": ";
      out.append(separator).append(margin).append(name);
      write_pretty(value, indent + 2, indent + 2 + name.size(), width, out);
      separator = ",\n";
    }
  } else {
    for (const Json& element : *json.array()) {
      out.append(separator).append(margin);
      write_pretty(element, indent + 2, indent + 2, width, out);
      separator = ",\n";
    }
  }
  out.append("\n").append(indent, ' ') += json.object() ? '}' : ']';
}

}  // namespace

Json::Json() = default;
Json::Json(Value of) : value{std::move(of)} {}
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

const Json* Json::find(std::string_view key) const {
  if (!object()) return nullptr;
  for (const Member& member : *object())
    if (member.key == key) return &member.value;
  return nullptr;
}

Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

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
