#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/ground/input_file.hpp"
#include "sim/ground/quantities.hpp"

namespace gossamer {

/// The format of the numbers in a binary file.
struct NumberFormat {
  enum class Kind : std::uint8_t { boolean, integer, natural, real };  ///< a natural number is an integer without sign
  enum class ByteOrder : std::uint8_t { little, big };

  Kind kind = Kind::real;
  std::size_t bytes = 8;  ///< 1 for booleans; 1, 2, 4 or 8 for integers; 2, 4 or 8 for real numbers (IEEE 754)
  ByteOrder order = ByteOrder::little;
};

/// The numbers of an array in a binary file, which follow its header.
///
/// Errors  InputError with the file's name: if the array has more than 2⁴⁰ elements, sizes of 0 counted as 1, or more
///         than a file of this size can hold, before memory is taken for them; if fewer or more numbers follow than the
///         header announces; for an integer beyond 2⁵³ in size, which no double holds; for a boolean other than 0 or 1.
class NumberReader {
 public:
  /// The file must have been read up to the end of its header, and must outlive the reader.
  NumberReader(InputFile& file, NumberFormat format, std::vector<Index> shape);

  const std::vector<Index>& shape() const { return shape_; }
  Index count() const { return count_; }

  /// The next numbers, in the order of the file; values that are not finite are read as they are.
  void read(std::span<double> to);

  /// Must be called after the last number.
  void finish();

 private:
  void check_size() const;
  [[noreturn]] void fail_at_end(Index numbers) const;

  InputFile* file_;
  NumberFormat format_;
  std::vector<Index> shape_;
  Index count_ = 1;
  Index done_ = 0;
  std::vector<unsigned char> buffer_;
};

}  // namespace gossamer
