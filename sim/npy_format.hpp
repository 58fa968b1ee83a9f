#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/input_error.hpp"
#include "sim/quantities.hpp"

/// NumPy's array files (numpy.lib.format, versions 1 to 3).
namespace gossamer {

/// Thrown for files that are no such array: the file's name, then what is wrong.
class NpyError : public InputError {
 public:
  using InputError::InputError;
};

/// Reads an array from front to back, from any source of bytes.
///
/// Read are little-endian floats of 4 and 8 bytes, integers of 4 and 8 and unsigned bytes, as double; values that are
/// not finite are read as they are.
class NpyReader {
 public:
  /// Fills `to` with the next bytes; returns how many there were, fewer than `size` only at the end.
  using Source = std::function<std::size_t(void* to, std::size_t size)>;

  /// Reads the header. `name` is the file's, for messages.
  /// Throws NpyError for another magic number, version, header or type, and for more than 2⁴⁰ values.
  NpyReader(Source source, std::string name);

  const std::vector<Index>& shape() const { return shape_; }
  /// "(3, 4)"
  std::string shape_text() const;
  /// Whether the first index changes fastest (Fortran), not the last one.
  bool first_index_fastest() const { return fortran_order_; }

  /// The next values, in the order of the file. Throws NpyError if fewer are left, or for an integer beyond 2⁵³ in
  /// size, which no double holds.
  void read(std::span<double> to);

  /// To be called after the last value. Throws NpyError if more data follow.
  void finish();

  /// Throws NpyError: the file's name, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const;

 private:
  std::string read_exactly(std::size_t size);
  std::string read_dictionary();
  template <class T>
  void read_as(std::span<double> to);

  Source source_;
  std::string name_;
  std::string type_;
  bool fortran_order_ = false;
  std::vector<Index> shape_;
  Index count_ = 1;  ///< of values in all
  Index done_ = 0;
};

/// All that precedes the values of an array of type "<f8" or "<f4": the values begin at a multiple of 64 bytes.
std::string npy_header(std::string_view type, bool first_index_fastest, std::span<const Index> shape);

}  // namespace gossamer
