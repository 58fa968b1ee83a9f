#include "sim/npy_format.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gossamer {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie in the file");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::string_view known_types = "<f4, <f8, <i4, <i8, |u1";

/// The text after 'key': in the dictionary, blanks skipped; empty where the key is missing.
std::string_view after_key(std::string_view dictionary, std::string_view key) {
  const std::string quoted = fmt::format("'{}'", key);
  const std::size_t found = dictionary.find(quoted);
  if (found == std::string_view::npos) return {};
  const std::size_t start = dictionary.find_first_not_of(" :", found + quoted.size());
  return start == std::string_view::npos ? std::string_view{} : dictionary.substr(start);
}

std::optional<std::vector<Index>> parse_shape(std::string_view text) {
  if (!text.starts_with('(') || text.find(')') == std::string_view::npos) return std::nullopt;
  text = text.substr(1, text.find(')') - 1);
  std::vector<Index> shape;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
    if (text.empty()) return shape;
    Index size = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || size < 0) return std::nullopt;
    shape.push_back(size);
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  }
}

/// How many values an array has; nothing above 2⁴⁰.
std::optional<Index> count_of(const std::vector<Index>& shape) {
  constexpr Index most = Index{1} << 40;
  Index count = 1;
  for (const Index size : shape) {
    if (size > most || count > most / std::max(size, Index{1})) return std::nullopt;
    count *= size;
  }
  return count;
}

/// "(3, 4)", and "(3,)" where there is one size, as Python writes tuples.
std::string tuple(std::span<const Index> sizes) {
  return fmt::format("({}{})", fmt::join(sizes.begin(), sizes.end(), ", "), sizes.size() == 1 ? "," : "");
}

}  // namespace

NpyReader::NpyReader(Source source, std::string name) : source_{std::move(source)}, name_{std::move(name)} {
  const std::string dictionary = read_dictionary();
  const std::string_view type = after_key(dictionary, "descr");
  const std::string_view order = after_key(dictionary, "fortran_order");
  const auto shape = parse_shape(after_key(dictionary, "shape"));
  fortran_order_ = order.starts_with("True");
  if (!type.starts_with('\'') || !(fortran_order_ || order.starts_with("False")) || !shape)
    fail("the NPY header does not say descr, fortran_order and shape of one plain array");
  type_ = type.substr(1, type.find('\'', 1) - 1);
  shape_ = *shape;
  const auto count = count_of(shape_);
  if (!count) fail("the NPY header announces more than 2^40 values");
  count_ = *count;
}

std::string NpyReader::shape_text() const { return tuple(shape_); }

void NpyReader::fail(std::string_view sentence) const { throw NpyError{fmt::format("{}: {}", name_, sentence)}; }

std::string NpyReader::read_exactly(std::size_t size) {
  std::string bytes(size, '\0');
  if (source_(bytes.data(), size) < size) fail("the file ends within the NPY header");
  return bytes;
}

/// The Python dictionary that follows magic number, version and length.
std::string NpyReader::read_dictionary() {
  std::string start(magic.size(), '\0');
  start.resize(source_(start.data(), start.size()));
  if (!magic.starts_with(start)) fail("no NPY file: it does not start with \\x93NUMPY");
  if (start.size() < magic.size()) fail("the file ends within the NPY header");
  const std::string version = read_exactly(2);
  if (version[0] < 1 || version[0] > 3)
    fail(fmt::format("NPY version {}, expected 1, 2 or 3", static_cast<int>(version[0])));
  const std::string bytes = read_exactly(version[0] == 1 ? 2 : 4);
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data(), bytes.size());
  constexpr std::uint32_t longest = 1u << 20;
  if (length > longest) fail(fmt::format("an NPY header of {} bytes is too long", length));
  return read_exactly(length);
}

template <class T>
void NpyReader::read_as(std::span<double> to) {
  constexpr std::size_t step = std::size_t{1} << 16;
  std::vector<T> part(std::min(step, to.size()));
  for (std::size_t begin = 0; begin < to.size(); begin += part.size()) {
    const std::size_t wanted = std::min(part.size(), to.size() - begin);
    const std::size_t got = source_(part.data(), wanted * sizeof(T)) / sizeof(T);
    if (got < wanted)
      fail(fmt::format("the file ends after {} of the {} values that its header announces",
                       done_ + static_cast<Index>(got), count_));
    for (std::size_t k = 0; k < wanted; ++k) {
      if constexpr (std::is_same_v<T, std::int64_t>)
        if (part[k] > (std::int64_t{1} << 53) || part[k] < -(std::int64_t{1} << 53))
          fail(fmt::format("integer {} is beyond 2^53, no double holds it", part[k]));
      to[begin + k] = static_cast<double>(part[k]);
    }
    done_ += static_cast<Index>(wanted);
  }
}

void NpyReader::read(std::span<double> to) {
  if (type_ == "<f8") return read_as<double>(to);
  if (type_ == "<f4") return read_as<float>(to);
  if (type_ == "<i8") return read_as<std::int64_t>(to);
  if (type_ == "<i4") return read_as<std::int32_t>(to);
  if (type_ == "|u1" || type_ == "<u1") return read_as<std::uint8_t>(to);
  fail(fmt::format("values of type \"{}\" are not supported, expected one of {}", type_, known_types));
}

void NpyReader::finish() {
  char more = 0;
  if (source_(&more, 1) > 0) fail(fmt::format("more data follow the {} values that its header announces", count_));
}

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
