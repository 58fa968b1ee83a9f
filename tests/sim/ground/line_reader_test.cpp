#include "sim/ground/line_reader.hpp"

#include <doctest/doctest.h>

#include "tests/temporary_folder.hpp"

using namespace gossamer;

namespace {

std::string all_lines(const std::filesystem::path& path) {
  LineReader reader{path};
  std::string text;
  std::string_view line;
  while (reader.next(line)) text += std::string{line} + "|";
  return text;
}

std::string complaint(const std::filesystem::path& path) {
  return message_of<InputError>([&] { all_lines(path); });
}

}  // namespace

TEST_CASE("lines come without their ends, whatever their length and whether or not the last one ends") {
  const TemporaryFolder folder;
  const std::string huge(300'000, 'x');  // outgrows the first buffer twice
  LineReader reader{folder.write_gzipped("lines", "one\r\n\n" + huge + "\nlast")};
  std::string_view line;
  REQUIRE(reader.next(line));
  CHECK(line == "one");
  REQUIRE(reader.next(line));
  CHECK(line.empty());
  REQUIRE(reader.next(line));
  CHECK(line == huge);
  REQUIRE(reader.next(line));
  CHECK(line == "last");
  CHECK(reader.number() == 4);
  CHECK_FALSE(reader.next(line));
}

TEST_CASE("a byte order mark is skipped in every way to read a text") {
  const TemporaryFolder folder;
  for (const std::string text : {"a\nb\n", "", "\n", "\xEF\xBB\xBF"}) {  // a second mark is text
    const auto plain = folder.write("plain", "\xEF\xBB\xBF" + text);
    const auto gzipped = folder.write_gzipped("gzipped", "\xEF\xBB\xBF" + text);
    CHECK(read_text(plain) == text);
    CHECK(read_text(gzipped) == text);
    if (text.starts_with('a') || text.starts_with('\n'))
      CHECK(all_lines(plain) == all_lines(folder.write("without", text)));
  }
}

TEST_CASE("what is no text in UTF-8 is refused before memory is spent on it") {
  const TemporaryFolder folder;
  CHECK(complaint(folder.write("little", std::string{"\xFF\xFE"
                                                     "0\0",
                                                     4}))
            .ends_with("is text in UTF-16, expected UTF-8"));
  CHECK(complaint(folder.write("big", std::string{"\xFE\xFF\0"
                                                  "0",
                                                  4}))
            .ends_with("is text in UTF-16, expected UTF-8"));
  CHECK(complaint(folder.write("zero", std::string{"0 1\n1 \0 2\n", 10}))
            .ends_with("zero: line 2 has a zero byte, expected text"));
  // The zero byte is beyond the first buffer.
  std::string long_text(200'000, 'x');
  long_text += '\n';
  long_text.append(100'000, 'y');
  CHECK(complaint(folder.write("late", long_text + std::string(1, '\0')))
            .ends_with("line 2 has a zero byte, expected text"));
  // A file of three gigabytes without a line end, of which the disk holds next to nothing.
  const auto sparse = folder.write("sparse", "0 1\n");
  std::filesystem::resize_file(sparse, std::uintmax_t{3} << 30);
  CHECK(complaint(sparse).ends_with("line 2 has a zero byte, expected text"));
}

TEST_CASE("all that follows a line is read at once") {
  const TemporaryFolder folder;
  const std::string rest(200'000, 'x');
  LineReader reader{folder.write("file", "first\r\nsecond\n" + rest)};
  std::string_view line;
  REQUIRE(reader.next(line));
  CHECK(reader.rest() == "second\n" + rest);
  CHECK_FALSE(reader.next(line));
}
