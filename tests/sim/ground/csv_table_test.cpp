#include "sim/ground/csv_table.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

/// The fields of all rows of a table with the columns a and b.
std::vector<std::vector<std::string>> rows(const std::filesystem::path& path) {
  CsvTable table{path, {"a"}, {"b"}};
  std::vector<std::vector<std::string>> result;
  while (table.next()) result.push_back({std::string{table.text("a")}, std::string{table.text("b")}});
  return result;
}

std::string refusal(const std::string& text) {
  const TemporaryFolder folder;
  const auto path = folder.write("t.csv", text);
  const std::string message = message_of<InputError>([&] { rows(path); });
  return message.substr(message.empty() ? 0 : folder.path().string().size() + 1);
}

TEST_CASE("Fields are quoted as spreadsheets quote them") {
  const TemporaryFolder folder;
  const auto table = rows(folder.write("t.csv",
                                       "\xEF\xBB\xBF\"a\" , \"b\"\r\n\"x, y\",1\r\n  \"she said \"\"no\"\"\" ,\"\"\r\n"
                                       "\"\"\"\",\"# no comment\"\r\nplain,\" blanks \""));
  CHECK(table == std::vector<std::vector<std::string>>{
                     {"x, y", "1"}, {"she said \"no\"", ""}, {"\"", "# no comment"}, {"plain", "blanks"}});
}

TEST_CASE("A table may be gzipped, and its marks and line ends do not count") {
  const TemporaryFolder folder;
  CHECK(rows(folder.write_gzipped("t.csv.gz", "\xEF\xBB\xBF\n# comment\nb,a\r\n1,2\r\n")) ==
        std::vector<std::vector<std::string>>{{"2", "1"}});
}

TEST_CASE("Quotation marks that enclose no field are refused with their line") {
  CHECK(refusal("a,b\n1,\"2\n") == "t.csv:2: a quotation mark without another one that ends its field on this line");
  CHECK(refusal("a,b\n1,\"2\"\"\n") ==
        "t.csv:2: a quotation mark without another one that ends its field on this line");
  CHECK(refusal("a,b\n1,\"2\"3\n") == "t.csv:2: \"3\" follows the quoted field \"2\", expected a comma");
  CHECK(refusal("a,b\n1,5\" disk\n") ==
        "t.csv:2: a quotation mark in 5\" disk, expected one at either end of the field, and two for one within");
  CHECK(refusal("a,b\n1,2,\n") == "t.csv:2: 3 fields, expected 2 as in the first line");
  CHECK(refusal("\"a\";\"b\"\n").starts_with("t.csv:1: \";\"b\"\" follows the quoted field \"a\", expected a comma"));
  CHECK(refusal("a;b\n").find("holds no comma, expected fields with commas between them") != std::string::npos);
}

}  // namespace
}  // namespace gossamer
