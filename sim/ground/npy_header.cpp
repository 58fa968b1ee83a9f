#include "sim/ground/npy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace gossamer {
namespace {

/// The literals of a header from left to right.
class PythonText {
 public:
  PythonText(std::string_view text, const InputFile& file) : rest_{text}, file_{file} {}

  /// Whether `word` comes next; it is passed over.
  bool takes(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void require(std::string_view word) {
    if (!takes(word)) refuse();
  }

  /// A text between quotation marks, which may have a prefix.
  std::string_view quoted() {
    if (!takes("u")) takes("b");
    for (const char* const mark : {"'", "\""}) {
      if (!takes(mark)) continue;
      const std::string_view text = rest_.substr(0, rest_.find(mark));
      rest_.remove_prefix(text.size());
      require(mark);
      return text;
    }
    refuse();
  }

  bool truth() {
    if (takes("True")) return true;
    require("False");
    return false;
  }

  Index size() {
    skip_blanks();
    Index value = 0;
    const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{} || value < 0) refuse();
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    takes("L");
    return value;
  }

  std::vector<Index> sizes() {
    std::vector<Index> result;
    require("(");
    while (!takes(")")) {
      result.push_back(size());
      if (takes(",")) continue;
      require(")");
      break;
    }
    return result;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

  [[noreturn]] void refuse() const {
    constexpr std::size_t shown = 20;
    file_.fail(fmt::format(
        "the NPY header does not give descr, fortran_order and shape of one array: it cannot be read from \"{}\" on",
        rest_.substr(0, shown)));
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n\f"), rest_.size())); }

  std::string_view rest_;
  const InputFile& file_;
};

using Kind = NumberFormat::Kind;

struct NamedType {
  std::string_view code, name;
  Kind kind;
  std::size_t bytes;
};
constexpr std::array named_types{
    NamedType{"b1", "bool", Kind::boolean, 1},   NamedType{"?", "bool_", Kind::boolean, 1},
    NamedType{"i1", "int8", Kind::integer, 1},   NamedType{"i2", "int16", Kind::integer, 2},
    NamedType{"i4", "int32", Kind::integer, 4},  NamedType{"i8", "int64", Kind::integer, 8},
    NamedType{"u1", "uint8", Kind::natural, 1},  NamedType{"u2", "uint16", Kind::natural, 2},
    NamedType{"u4", "uint32", Kind::natural, 4}, NamedType{"u8", "uint64", Kind::natural, 8},
    NamedType{"f2", "float16", Kind::real, 2},   NamedType{"f4", "float32", Kind::real, 4},
    NamedType{"f8", "float64", Kind::real, 8}};

/// Types that are refused, by their first letter, and how numbers are made of an array X.
struct OtherType {
  std::string_view letters, noun, advice;
};
constexpr std::array other_types{
    OtherType{"fg", "long doubles", "X.astype(\"f8\")"},
    OtherType{"c", "complex numbers", "X.real or X.imag"},
    OtherType{"O", "Python objects", "X.astype(float)"},
    OtherType{"USa", "texts", "X.astype(float), or numpy.unique(X, return_inverse=True)[1] for labels,"},
    OtherType{"Mm", "times", "X.astype(\"i8\")"},
    OtherType{"V", "raw bytes", "X.view(\"u1\")"}};

[[noreturn]] void refuse_type(std::string_view type, std::string_view letters, const InputFile& file) {
  constexpr std::string_view expected = "expected booleans, integers or floats of at most 8 bytes";
  constexpr std::size_t shown = 20;
  for (const auto& [initials, noun, advice] : other_types)
    if (!letters.empty() && initials.find(letters.front()) != initials.npos)
      file.fail(fmt::format("the values are {} (type \"{}\"), {}: in NumPy, {} makes such an array", noun,
                            type.substr(0, shown), expected, advice));
  file.fail(fmt::format("unknown type of values \"{}\", {}", type.substr(0, shown), expected));
}

NumberFormat read_type(PythonText& text, const InputFile& file) {
  if (text.takes("[") || text.takes("("))
    file.fail(
        "the values are records of several fields, expected numbers: in NumPy, X[\"name\"] is the array of a field");
  const std::string_view type = text.quoted();
  const bool has_order = !type.empty() && std::string_view{"<>=|"}.find(type.front()) != std::string_view::npos;
  const std::string_view name = type.substr(has_order ? 1 : 0);
  const auto order = type.starts_with('>') ? NumberFormat::ByteOrder::big : NumberFormat::ByteOrder::little;
  for (const NamedType& known : named_types)
    if (name == known.code || name == known.name) return {.kind = known.kind, .bytes = known.bytes, .order = order};
  refuse_type(type, name, file);
}

}  // namespace

NpyHeader parse_npy_header(std::string_view dictionary, const InputFile& file) {
  PythonText text{dictionary, file};
  std::optional<NumberFormat> format;
  std::optional<bool> order;
  std::optional<std::vector<Index>> shape;
  text.require("{");
  while (!text.takes("}")) {
    const std::string_view key = text.quoted();
    text.require(":");
    if (key == "descr")
      format = read_type(text, file);
    else if (key == "fortran_order")
      order = text.truth();
    else if (key == "shape")
      shape = text.sizes();
    else
      text.refuse();
    if (text.takes(",")) continue;
    text.require("}");
    break;
  }
  if (!format || !order || !shape || !text.at_end()) text.refuse();
  return {.format = *format, .first_index_fastest = *order, .shape = std::move(*shape)};
}

}  // namespace gossamer
