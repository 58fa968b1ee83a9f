#include "sim/learning/models/json_arrays.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/ground/line_reader.hpp"

namespace gossamer {
namespace {

std::string found(const nlohmann::json& value) {
  if (value.is_array()) return value.empty() ? "an empty array" : "an array";
  if (value.is_object()) return "an object";
  return value.dump();
}

/// "A" and "b"
std::string quoted(const std::vector<std::string>& keys) {
  std::vector<std::string> texts;
  for (const std::string& key : keys) texts.push_back(fmt::format("\"{}\"", key));
  if (texts.size() == 1) return texts[0];
  return fmt::format("{} and {}", fmt::join(texts.begin(), std::prev(texts.end()), ", "), texts.back());
}

}  // namespace

JsonArrays::JsonArrays(const std::filesystem::path& file, const std::vector<std::string>& keys) : file_{file.string()} {
  try {
    root_ = std::make_unique<const nlohmann::json>(nlohmann::json::parse(read_text(file)));
  } catch (const nlohmann::json::exception& error) {
    throw LearningError{fmt::format("{}: not valid JSON: {}", file_, error.what())};
  }
  check_keys("", keys);
}

JsonArrays::~JsonArrays() = default;

void JsonArrays::check_keys(const std::string& place, const std::vector<std::string>& keys) const {
  const nlohmann::json& value = at(place, "an object");
  if (!value.is_object()) fail(place, fmt::format("expected an object with the keys {}", quoted(keys)));
  for (const auto& [key, unused] : value.items())
    if (std::ranges::find(keys, key) == keys.end())
      fail(fmt::format("{}/{}", place, key), fmt::format("not a key here, expected {}", quoted(keys)));
}

bool JsonArrays::has(const std::string& place) const { return root_->contains(nlohmann::json::json_pointer{place}); }

double JsonArrays::number(const std::string& place) const {
  const nlohmann::json& value = at(place, "a number");
  if (!value.is_number()) fail(place, fmt::format("{} found, expected a number", found(value)));
  return value.get<double>();
}

std::size_t JsonArrays::size(const std::string& place, std::optional<std::size_t> expected) const {
  const nlohmann::json& value = at(place, "an array");
  if (!value.is_array() || value.empty()) fail(place, fmt::format("{} found, expected an array", found(value)));
  if (expected && value.size() != *expected)
    fail(place, fmt::format("{} elements, expected {}", value.size(), *expected));
  return value.size();
}

Eigen::VectorXd JsonArrays::vector(const std::string& place, std::size_t count) const {
  size(place, count);
  const nlohmann::json& values = at(place, "an array");
  Eigen::VectorXd result(static_cast<Index>(count));
  for (std::size_t k = 0; k < count; ++k) {
    if (!values[k].is_number())
      fail(fmt::format("{}/{}", place, k), fmt::format("{} found, expected a number", found(values[k])));
    result[static_cast<Index>(k)] = values[k].get<double>();
  }
  return result;
}

Eigen::MatrixXd JsonArrays::matrix(const std::string& place, std::size_t rows, std::size_t columns) const {
  size(place, rows);
  Eigen::MatrixXd result(static_cast<Index>(rows), static_cast<Index>(columns));
  for (std::size_t row = 0; row < rows; ++row)
    result.row(static_cast<Index>(row)) = vector(fmt::format("{}/{}", place, row), columns).transpose();
  return result;
}

void JsonArrays::fail(std::string_view place, std::string_view sentence) const {
  throw LearningError{fmt::format("{}: {}{}{}", file_, place, place.empty() ? "" : ": ", sentence)};
}

const nlohmann::json& JsonArrays::at(const std::string& place, std::string_view expected) const {
  if (!has(place)) fail(place, fmt::format("missing, expected {}", expected));
  return root_->at(nlohmann::json::json_pointer{place});
}

}  // namespace gossamer
