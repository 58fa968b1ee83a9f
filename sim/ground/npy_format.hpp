#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/ground/input_file.hpp"
#include "sim/ground/number_reader.hpp"
#include "sim/ground/quantities.hpp"

/// NumPy's array files (numpy.lib.format, versions 1 to 3).
namespace gossamer {

struct NpyHeader;

/// Reads an array from front to back: booleans, integers and real numbers of at most 8 bytes, as double; values that
/// are not finite are read as they are.
///
/// Errors  InputError with the file's name: for another magic number, version, header or type, and as `NumberReader`.
class NpyReader {
 public:
  /// Reads the header and checks it against the size of the file. The file must outlive the reader.
  explicit NpyReader(InputFile& file);

  const std::vector<Index>& shape() const { return numbers_.shape(); }
  /// "(3, 4)"
  std::string shape_text() const;
  /// True if the first index changes fastest (Fortran's order), false if the last one does.
  bool first_index_fastest() const { return first_index_fastest_; }

  /// The next values, in the order of the file.
  void read(std::span<double> to) { numbers_.read(to); }

  /// Must be called after the last value.
  void finish() { numbers_.finish(); }

  /// Throws InputError: the file's name, then the sentence.
  [[noreturn]] void fail(std::string_view sentence) const { file_->fail(sentence); }

 private:
  NpyReader(InputFile& file, const NpyHeader& header);

  InputFile* file_;
  bool first_index_fastest_;
  NumberReader numbers_;
};

/// All that precedes the values of an array of type "<f8" or "<f4": the values begin at a multiple of 64 bytes.
std::string npy_header(std::string_view type, bool first_index_fastest, std::span<const Index> shape);

}  // namespace gossamer
