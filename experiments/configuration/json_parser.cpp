#include "experiments/configuration/json.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/experiment_error.hpp"

namespace gossamer {
namespace {

/// Throws "file:line:column: …" for the byte at `position`, counted from 0.
[[noreturn]] void refuse_text(const std::string& file, std::string_view text, std::size_t position,
                              std::string_view what) {
  const std::string_view before = text.substr(0, std::min(position, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  throw ExperimentError{fmt::format("{}:{}:{}: {}", file, line, before.size() - start + 1, what)};
}

/// The wrong token. The parser's "last token" starts earlier, at the last text or number that it read.
std::string offender(const std::string& last_token) {
  constexpr std::string_view separators = ",:{}[] \t\r\n";
  if (last_token.empty() || last_token.front() == '"') {
    const std::size_t end = last_token.find('"', 1);
    if (end == last_token.npos || end + 1 == last_token.size()) return last_token;
  }
  if (separators.find(last_token.back()) != separators.npos) return last_token.substr(last_token.size() - 1);
  const std::size_t before = last_token.find_last_of(separators);
  return before == last_token.npos ? last_token : last_token.substr(before + 1);
}

/// The advice on text that is no JSON: usual mistakes, from other formats.
std::string advice(std::string_view before, std::string_view rest) {
  const std::size_t first = before.find_first_not_of(" \t\r\n"), last = before.find_last_not_of(" \t\r\n");
  if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#')) return "\n  JSON has no comments";
  if (rest.starts_with('\'')) return "\n  JSON has double quotes: \"…\"";
  if ((rest.starts_with('}') || rest.starts_with(']')) && last != before.npos && before[last] == ',')
    return "\n  JSON has no comma after the last element";
  if (rest.starts_with("True") || rest.starts_with("False") || rest.starts_with("None"))
    return "\n  JSON writes true, false and null";
  if (first == before.npos) return "\n  an experiment file is JSON, as experiments/formats/experiment.md shows";
  return "";
}

/// Builds a value from the events of nlohmann's parser. Its own builder would keep the last of two equal keys.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& file) : text_{text}, file_{file} {}

  Json take() { return std::move(root_); }

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(std::numeric_limits<number_integer_t>::max()))
      return put(static_cast<number_float_t>(value));
    return put(static_cast<number_integer_t>(value));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // never comes from text

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    const auto [member, added] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
    if (!added)
      throw ExperimentError{fmt::format("{}: {}/{}: the key \"{}\" stands here twice\n  expected each key once", file_,
                                        pointer(), escaped_for_pointer(name), name)};
    member_ = &member->second;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    const std::string token = offender(last_token);
    const std::size_t start = position - std::min(position, token.size());
    if (dynamic_cast<const nlohmann::detail::out_of_range*>(&error))
      refuse_text(file_, text_, start, fmt::format("{} is too large for a number", token));
    const std::string_view message = error.what();
    const std::size_t expected = message.rfind("; expected ");
    const std::string hint{expected == message.npos ? "" : message.substr(expected)};
    if (position > text_.size()) refuse_text(file_, text_, text_.size(), "the JSON text ends too early" + hint);
    refuse_text(
        file_, text_, start,
        fmt::format("not valid JSON at {}{}{}", token, hint, advice(text_.substr(0, start), text_.substr(start))));
  }

 private:
  /// Puts a value at the last key of the innermost open object, or at the end of the innermost open array.
  bool put(Json value) {
    next() = std::move(value);
    return true;
  }
  bool open(Json empty) {
    if (open_.size() == deepest) throw ExperimentError{fmt::format("{}: nested deeper than {} levels", file_, deepest)};
    Json& opened = next();
    opened = std::move(empty);
    open_.push_back(&opened);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  /// The null that the next value replaces.
  Json& next() {
    if (open_.empty()) return root_;
    return open_.back()->is_array() ? open_.back()->emplace_back(nullptr) : *member_;
  }

  /// The pointer to the innermost open value. The open values are the last elements of their parents.
  std::string pointer() const {
    std::string result;
    for (std::size_t level = 0; level + 1 < open_.size(); ++level) {
      const Json& json = *open_[level];
      result += '/';
      result += json.is_array() ? std::to_string(json.size() - 1)
                                : escaped_for_pointer(json.get_ref<const Json::object_t&>().back().first);
    }
    return result;
  }

  static constexpr std::size_t deepest = 64;  // values are walked by recursion

  std::string_view text_;
  const std::string& file_;
  Json root_;
  std::vector<Json*> open_;  ///< the innermost last; parents do not grow while a child is open
  Json* member_ = nullptr;   ///< of the last key
};

}  // namespace

Json parse_json(std::string_view text, const std::string& file) {
  Builder builder{text, file};
  Json::sax_parse(text, &builder);
  return builder.take();
}

}  // namespace gossamer
