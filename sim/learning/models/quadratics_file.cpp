#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/ground/line_reader.hpp"
#include "sim/learning/models/quadratics.hpp"

namespace gossamer {
namespace {

/// A file of quadratics, with its name and places for error messages.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_{file.string()} {
    try {
      root_ = nlohmann::json::parse(read_text(file));
    } catch (const nlohmann::json::exception& error) {
      throw LearningError{fmt::format("{}: not valid JSON: {}", file_, error.what())};
    }
    if (!root_.is_object()) fail("", "expected an object with the keys \"A\" and \"b\"");
    for (const auto& [key, value] : root_.items())
      if (key != "A" && key != "b") fail("/" + key, "not a key here, expected \"A\" and \"b\"");
  }

  /// The array at `pointer`. It must have `size` elements unless `size` is empty.
  const nlohmann::json& array(const std::string& pointer, std::optional<std::size_t> size = std::nullopt) const {
    const nlohmann::json::json_pointer at{pointer};
    if (!root_.contains(at)) fail(pointer, "missing, expected an array");
    const nlohmann::json& value = root_.at(at);
    if (!value.is_array() || value.empty()) fail(pointer, fmt::format("{} found, expected an array", found(value)));
    if (size && value.size() != *size) fail(pointer, fmt::format("{} elements, expected {}", value.size(), *size));
    return value;
  }

  Eigen::VectorXd vector(const std::string& pointer, std::size_t size) const {
    const nlohmann::json& values = array(pointer, size);
    Eigen::VectorXd result(static_cast<Index>(size));
    for (std::size_t k = 0; k < size; ++k) {
      if (!values[k].is_number())
        fail(fmt::format("{}/{}", pointer, k), fmt::format("{} found, expected a number", found(values[k])));
      result[static_cast<Index>(k)] = values[k].get<double>();
    }
    return result;
  }

  const std::string& file() const { return file_; }

 private:
  [[noreturn]] void fail(const std::string& pointer, const std::string& what) const {
    throw LearningError{fmt::format("{}: {}{}{}", file_, pointer, pointer.empty() ? "" : ": ", what)};
  }

  static std::string found(const nlohmann::json& value) {
    if (value.is_array()) return value.empty() ? "an empty array" : "an array";
    if (value.is_object()) return "an object";
    return value.dump();
  }

  std::string file_;
  nlohmann::json root_;
};

}  // namespace

QuadraticTerms read_quadratics(const std::filesystem::path& file) {
  const Reader reader{file};
  const std::size_t nodes = reader.array("/A").size();
  const std::size_t d = reader.array("/A/0").size();
  reader.array("/b", nodes);
  QuadraticTerms terms;
  terms.b.resize(static_cast<Index>(d), static_cast<Index>(nodes));
  for (std::size_t i = 0; i < nodes; ++i) {
    reader.array(fmt::format("/A/{}", i), d);
    Eigen::MatrixXd& A = terms.A.emplace_back(static_cast<Index>(d), static_cast<Index>(d));
    for (std::size_t row = 0; row < d; ++row)
      A.row(static_cast<Index>(row)) = reader.vector(fmt::format("/A/{}/{}", i, row), d).transpose();
    terms.b.col(static_cast<Index>(i)) = reader.vector(fmt::format("/b/{}", i), d);
  }
  check_quadratics(terms, reader.file());
  return terms;
}

}  // namespace gossamer
