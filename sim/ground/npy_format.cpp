#include "sim/ground/npy_format.hpp"

#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/ground/npy_header.hpp"

namespace gossamer {
namespace {

constexpr std::string_view magic = "\x93NUMPY", zip_magic = "PK";

/// "(3, 4)", and "(3,)" where there is one size, as Python writes tuples.
std::string tuple(std::span<const Index> sizes) {
  return fmt::format("({}{})", fmt::join(sizes.begin(), sizes.end(), ", "), sizes.size() == 1 ? "," : "");
}

std::string read_exactly(InputFile& file, std::size_t size) {
  std::string bytes(size, '\0');
  if (file.read(bytes.data(), size) < size) file.fail("the file ends within the NPY header");
  return bytes;
}

void read_magic(InputFile& file) {
  std::string start(magic.size(), '\0');
  start.resize(file.read(start.data(), start.size()));
  if (start.starts_with(zip_magic))
    file.fail(
        "an archive of arrays (.npz), expected a single one: in Python, numpy.save(\"one.npy\", "
        "numpy.load(\"all.npz\")[\"name\"]) makes it");
  if (!magic.starts_with(start)) file.fail("no NPY file: it does not start with \\x93NUMPY");
  if (start.size() < magic.size()) file.fail("the file ends within the NPY header");
}

/// The Python dictionary that follows magic number, version and length.
std::string read_dictionary(InputFile& file) {
  read_magic(file);
  const std::string version = read_exactly(file, 2);
  if (version[0] < 1 || version[0] > 3 || version[1] != 0)
    file.fail(fmt::format("NPY version {}.{}, expected 1.0, 2.0 or 3.0", static_cast<unsigned char>(version[0]),
                          static_cast<unsigned char>(version[1])));
  const std::string bytes = read_exactly(file, version[0] == 1 ? 2 : 4);
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data(), bytes.size());
  constexpr std::uint32_t longest = 1u << 20;
  if (length > longest) file.fail(fmt::format("an NPY header of {} bytes is too long", length));
  return read_exactly(file, length);
}

}  // namespace

NpyReader::NpyReader(InputFile& file) : NpyReader{file, parse_npy_header(read_dictionary(file), file)} {}

NpyReader::NpyReader(InputFile& file, const NpyHeader& header)
    : file_{&file}, first_index_fastest_{header.first_index_fastest}, numbers_{file, header.format, header.shape} {}

std::string NpyReader::shape_text() const { return tuple(shape()); }

std::string npy_header(std::string_view type, bool first_index_fastest, std::span<const Index> shape) {
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", type,
                                       first_index_fastest ? "True" : "False", tuple(shape));
  constexpr std::size_t prefix = magic.size() + 4;  // with version and length
  dictionary.resize((prefix + dictionary.size() + 1 + 63) / 64 * 64 - prefix - 1, ' ');
  dictionary += '\n';
  const std::size_t length = dictionary.size();
  std::string header{magic};
  header += {'\1', '\0', static_cast<char>(length & 0xff), static_cast<char>(length >> 8)};
  return header + dictionary;
}

}  // namespace gossamer
