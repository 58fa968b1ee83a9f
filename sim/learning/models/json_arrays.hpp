#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include "sim/learning/problem.hpp"

namespace gossamer {

/// A JSON file of numbers and arrays of them. Places are JSON pointers, such as "/b/0".
///
/// Errors  LearningError with the file's name, the place, what was found and what was expected.
class JsonArrays {
 public:
  /// Reads an object of which `keys` are all keys. A key need not be there before it is asked for.
  JsonArrays(const std::filesystem::path& file, const std::vector<std::string>& keys);
  ~JsonArrays();

  /// Throws unless the value at `place` is an object without other keys than these.
  void check_keys(const std::string& place, const std::vector<std::string>& keys) const;

  bool has(const std::string& place) const;
  double number(const std::string& place) const;

  /// The number of elements of the array at `place`, which is not empty. Throws if it is not `expected`.
  std::size_t size(const std::string& place, std::optional<std::size_t> expected = std::nullopt) const;

  /// The array of `size` numbers at `place`.
  Eigen::VectorXd vector(const std::string& place, std::size_t size) const;

  /// The array of `rows` arrays of `columns` numbers at `place`, as a matrix of so many rows and columns.
  Eigen::MatrixXd matrix(const std::string& place, std::size_t rows, std::size_t columns) const;

  /// Throws LearningError: the file's name, the place and the sentence.
  [[noreturn]] void fail(std::string_view place, std::string_view sentence) const;

  const std::string& file() const { return file_; }

 private:
  const nlohmann::json& at(const std::string& place, std::string_view expected) const;

  std::string file_;
  std::unique_ptr<const nlohmann::json> root_;
};

}  // namespace gossamer
