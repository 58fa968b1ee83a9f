#pragma once
#include <string_view>
#include <vector>

#include "sim/ground/number_reader.hpp"

namespace gossamer {

/// The content of the header of a NumPy array file: type, order and sizes of one array.
struct NpyHeader {
  NumberFormat format;
  bool first_index_fastest = false;  ///< Fortran's order; else the last index changes fastest
  std::vector<Index> shape;
};

/// Reads the dictionary that a header holds, as NumPy does: keys in any order, either quotation mark, blanks and line
/// breaks anywhere, a comma after the last element or none, sizes of Python 2 with an L behind them.
///
/// Accepted are booleans, integers and real numbers of at most 8 bytes, in both byte orders.
/// Throws InputError with the file's name: for anything else, and how NumPy converts an array of another type.
NpyHeader parse_npy_header(std::string_view dictionary, const InputFile& file);

}  // namespace gossamer
