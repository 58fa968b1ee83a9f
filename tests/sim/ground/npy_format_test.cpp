#include "sim/ground/npy_format.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/array_files.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using testing::array_bytes;
using testing::ByteOrder;
using testing::npy;
using testing::npy_dictionary;

struct Read {
  std::vector<Index> shape;
  std::vector<double> values;
  bool first_index_fastest = false;
};

Read read(const std::filesystem::path& path) {
  InputFile file{path};
  NpyReader reader{file};
  std::size_t count = 1;
  for (const Index size : reader.shape()) count *= static_cast<std::size_t>(size);
  Read result{.shape = reader.shape(),
              .values = std::vector<double>(count),
              .first_index_fastest = reader.first_index_fastest()};
  reader.read(result.values);
  reader.finish();
  return result;
}

Read read_text(const std::string& bytes) {
  const TemporaryFolder folder;
  return read(folder.write("x.npy", bytes));
}

/// The error message for a file x.npy, without its folder.
std::string refusal(const std::string& bytes) {
  const std::string message = message_of<InputError>([&] { read_text(bytes); });
  const auto name = message.find("x.npy: ");
  return name == message.npos ? message : message.substr(name + 7);
}

constexpr double inf = std::numeric_limits<double>::infinity();

struct Type {
  char kind;
  int bytes;
  std::vector<double> values;  ///< that it holds exactly, its extremes among them
};
const double exact = std::ldexp(1, 53);
const std::vector<Type> types{
    {'b', 1, {0, 1, 1, 0}},
    {'i', 1, {0, 1, -1, 127, -128}},
    {'i', 2, {0, 1, -2, 32767, -32768}},
    {'i', 4, {0, 1, -3, 2147483647, -2147483648.0}},
    {'i', 8, {0, 1, -4, exact, -exact}},
    {'u', 1, {0, 1, 200, 255}},
    {'u', 2, {0, 1, 0x1234, 65535}},
    {'u', 4, {0, 1, 0x12345678, 4294967295.0}},
    {'u', 8, {0, 1, 0x123456789abc, exact}},
    {'f', 2, {0, -0.0, 1, -2.5, 0.15625, 65504, std::ldexp(1, -24), std::ldexp(3, -16), -inf}},
    {'f', 4, {0, -0.0, 1, -2.5, 0.15625, std::ldexp(1, -149), std::ldexp(1, 127), inf}},
    {'f', 8, {0, -0.0, 1, -2.5, 0.15625, std::ldexp(1, -1074), std::ldexp(1, 1023), inf}}};

TEST_CASE("An array of every type and byte order is read with every bit") {
  for (const Type& type : types)
    for (const auto& [mark, order] : {std::pair{"<", ByteOrder::little}, std::pair{">", ByteOrder::big}}) {
      const std::string name = mark + std::string{type.kind} + std::to_string(type.bytes);
      CAPTURE(name);
      const std::string shape = "(" + std::to_string(type.values.size()) + ",)";
      const Read array =
          read_text(npy(npy_dictionary(name, "False", shape), array_bytes(type.values, type.kind, type.bytes, order)));
      REQUIRE(array.values.size() == type.values.size());
      for (std::size_t k = 0; k < array.values.size(); ++k) {
        CHECK(array.values[k] == type.values[k]);
        CHECK(std::signbit(array.values[k]) == std::signbit(type.values[k]));
      }
    }
}

TEST_CASE("Values that are no numbers stay so, in floats of any size") {
  for (const int bytes : {2, 4, 8}) {
    const Read array = read_text(npy(npy_dictionary("<f" + std::to_string(bytes), "True", "(1,)"),
                                     array_bytes({std::nan("")}, 'f', bytes, ByteOrder::little)));
    CHECK(std::isnan(array.values[0]));
  }
}

TEST_CASE("A type may be written without byte order, by its name, or with the order of this machine") {
  for (const char* const name : {"|b1", "?", "bool"})
    CHECK(read_text(npy(npy_dictionary(name, "False", "(2,)"), {"\1\0", 2})).values == std::vector<double>{1, 0});
  for (const char* const name : {"f4", "=f4", "|f4", "float32"})
    CHECK(
        read_text(npy(npy_dictionary(name, "False", "(1,)"), array_bytes({-2.5}, 'f', 4, ByteOrder::little))).values ==
        std::vector<double>{-2.5});
  CHECK(read_text(npy(npy_dictionary("|u1", "False", "(1,)"), "\xff")).values == std::vector<double>{255});
}

TEST_CASE("Headers are read with all the freedom of a Python literal") {
  const std::string values = array_bytes({1, 2, 3, 4, 5, 6}, 'i', 2, ByteOrder::little);
  for (const char* const header :
       {"{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }",
        "{'descr':'<i2','fortran_order':True,'shape':(2,3)}",
        "{\"descr\": \"<i2\", \"fortran_order\": True, \"shape\": (2, 3)}",
        "{'shape': (2, 3), 'fortran_order': True, 'descr': '<i2'}",
        "{'descr': u'<i2', 'shape': (2L, 3L), u'fortran_order': True}",
        " { 'shape' : ( 2 , 3 , ) ,\n\t'fortran_order' : True , 'descr' : '<i2' , } \n     "})
    for (const int version : {1, 2, 3}) {
      CAPTURE(header);
      const Read array = read_text(npy(header, values, version));
      CHECK(array.shape == std::vector<Index>{2, 3});
      CHECK(array.first_index_fastest);
      CHECK(array.values == std::vector<double>{1, 2, 3, 4, 5, 6});
    }
  CHECK(read_text(npy(npy_dictionary("<i2", "False", "()"), values.substr(0, 2))).values == std::vector<double>{1});
  const std::string padded = npy_dictionary("<i2", "False", "(6,)") + std::string(300, ' ');
  CHECK(read_text(npy(padded, values)).shape == std::vector<Index>{6});
}

TEST_CASE("Types that are no numbers are refused with the NumPy expression that makes numbers of them") {
  const auto refused = [](const std::string& type) { return refusal(npy(npy_dictionary(type, "False", "(1,)"), "x")); };
  const std::string expected = ", expected booleans, integers or floats of at most 8 bytes: in NumPy, ";
  CHECK(refused("<f16") ==
        "the values are long doubles (type \"<f16\")" + expected + "X.astype(\"f8\") makes such an array");
  CHECK(refused("<c16") ==
        "the values are complex numbers (type \"<c16\")" + expected + "X.real or X.imag makes such an array");
  CHECK(refused("|O") ==
        "the values are Python objects (type \"|O\")" + expected + "X.astype(float) makes such an array");
  for (const char* const text : {"<U7", "|S3"})
    CHECK(refused(text).find("numpy.unique(X, return_inverse=True)[1] for labels") != std::string::npos);
  CHECK(refused("<M8[ns]").starts_with("the values are times"));
  CHECK(refused("|V8").starts_with("the values are raw bytes"));
  CHECK(refused("<i3") == "unknown type of values \"<i3\", expected booleans, integers or floats of at most 8 bytes");
  CHECK(refused("").starts_with("unknown type of values \"\""));
  CHECK(refusal(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", "x")) ==
        "the values are records of several fields, expected numbers: in NumPy, X[\"name\"] is the array of a field");
  CHECK(refusal("PK\3\4 and so on").starts_with("an archive of arrays (.npz), expected a single one"));
}

TEST_CASE("A header that gives no array is refused where it stops being one") {
  const auto refused = [](const std::string& header) { return refusal(npy(header, "12345678")); };
  const std::string sentence = "the NPY header does not give descr, fortran_order and shape of one array";
  for (const char* const header :
       {"", "{", "[]", "{'descr': '<f8', 'shape': (1,)}", "{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (x,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} 7",
        "{'descr: '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}"}) {
    CAPTURE(header);
    CHECK(refused(header).starts_with(sentence));
  }
  CHECK(refusal(npy("{}", "", 9)) == "NPY version 9.0, expected 1.0, 2.0 or 3.0");
}

TEST_CASE("Sizes are held against the file before memory is taken for them, also if one of them is zero") {
  const std::string most = "the header announces more than 2^40 values";
  for (const char* const shape : {"(4000000, 4000000)", "(0, 1099511627777)", "(1099511627777, 0)",
                                  "(4611686018427387904, 4)", "(1048577, 0, 1048577)", "(9223372036854775807,)"}) {
    CAPTURE(shape);
    CHECK(refusal(npy(npy_dictionary("<f8", "False", shape), "12345678")) == most);
  }
  CHECK(refusal(npy(npy_dictionary("<f8", "False", "(1000000, 1000000)"), "12345678")) ==
        "the file ends after 1 of the 1000000000000 values that its header announces");
  const TemporaryFolder folder;
  const auto gzipped =
      folder.write_gzipped("x.npy", npy(npy_dictionary("<f8", "False", "(1000000, 1000000)"), "12345678"));
  CHECK(message_of<InputError>([&] {
          read(gzipped);
        }).ends_with("the header announces 1000000000000 values, more than a compressed file of this size holds"));
}

TEST_CASE("Fewer or more values than announced are refused, and so are those that no double or boolean holds") {
  const auto refused = [](const std::string& type, const std::string& shape, const std::string& values) {
    return refusal(npy(npy_dictionary(type, "False", shape), values));
  };
  CHECK(refused("<i2", "(3,)", "abcde") == "the file ends after 2 of the 3 values that its header announces");
  CHECK(refused("<i2", "(2,)", "abcde") == "more data follow the 2 values that its header announces");
  CHECK(refused(">i8", "(1,)", testing::bytes_of((std::uint64_t{1} << 53) + 1, 8, ByteOrder::big)) ==
        "integer 9007199254740993 is beyond 2^53, no double holds it");
  CHECK(refused("<i8", "(1,)", testing::bytes_of(std::uint64_t{1} << 63, 8, ByteOrder::little)) ==
        "integer -9223372036854775808 is beyond 2^53, no double holds it");
  CHECK(refused("<u8", "(1,)", std::string(8, '\xff')) ==
        "integer 18446744073709551615 is beyond 2^53, no double holds it");
  CHECK(refused("|b1", "(2,)", {"\1\2", 2}) == "a boolean is 2, expected 0 or 1");
  const TemporaryFolder folder;
  const auto short_gzip = folder.write_gzipped("x.npy", npy(npy_dictionary("<i2", "False", "(3,)"), "abcde"));
  CHECK(message_of<InputError>([&] {
          read(short_gzip);
        }).ends_with("the file ends after 2 of the 3 values that its header announces"));
}

}  // namespace
}  // namespace gossamer
